// What devices that move step by step have in common. A device has bounds and steps of its own, drawn once around the
// profile's, and every pulse is one step with noise of its own:
//
//   high <- high (1 + highSpread xi),   low <- low (1 + lowSpread xi)
//   up   <- step |gain + min(asymmetry, 0) + asymmetrySpread xi|,   gain = 1 + stepSpread xi, or e^(stepSpread xi)
//   down <- step |gain - max(asymmetry, 0) - asymmetrySpread xi|
//   w    <- w + size + deviation xi,   kept between low and high
//
// A model says how large the mean step is at a state; its deviation is `cycle` times that, or times `up` and `down`
// where noise is `additive`.

import type { Constants, DeviceModel, ModelConstant } from './model.ts';
import type { Real } from '../parts/real.ts';
import type { Maths } from './real.ts';

const SOURCE =
  'Gokmen, Vlasov, Frontiers in Neuroscience 10:333, 2016; Rasch et al., IBM analog hardware kit, AICAS 2021';

/** One device: its bounds, its steps at the middle, and what its state is counted from. */
export type Own<T> = Readonly<Record<string, T>> & Readonly<Record<'low' | 'high' | 'up' | 'down' | 'reference', T>>;

/** Where a pulse finds a device: the state with the reference, and which way it goes. */
interface Place<T extends Real<T>> {
  readonly m: Maths<T>;
  readonly state: T;
  readonly own: Own<T>;
  readonly constants: Constants;
}

export interface StepModel {
  readonly name: string;
  readonly title: string;
  readonly constants?: Readonly<Record<string, ModelConstant>>;
  /** How many draws more there are, and the numbers of a device that are made of them. */
  readonly more?: {
    readonly draws: number;
    own<T extends Real<T>>(m: Maths<T>, own: Own<T>, constants: Constants, draws: readonly T[]): Record<string, T>;
  };
  /** The mean step up, and down, at a state. */
  size<T extends Real<T>>(at: Place<T>): { readonly up: T; readonly down: T };
  /** The deviation of a step of this size, over `cycle`; default: the size, or the step where noise is additive. */
  deviation?<T extends Real<T>>(at: Place<T>, size: T): T;
}

const common = {
  step: { about: 'the mean step, over the unit of the state' },
  stepSpread: { about: "deviation of the devices' steps, relative", default: 0 },
  logNormal: { about: '1: the steps are spread log-normally', default: 0 },
  cycle: { about: 'deviation of a step, relative', default: 0 },
  additive: { about: '1: the deviation does not shrink with the step', default: 0 },
  high: { about: 'the upper bound', default: 1 },
  low: { about: 'the lower bound', default: -1 },
  highSpread: { about: "deviation of the devices' upper bounds, relative", default: 0 },
  lowSpread: { about: "deviation of the devices' lower bounds, relative", default: 0 },
  asymmetry: { about: 'how much smaller steps up are (negative), or steps down', default: 0 },
  asymmetrySpread: { about: "deviation of the devices' asymmetry", default: 0 },
} as const;

const SPREADS = ['stepSpread', 'highSpread', 'lowSpread', 'asymmetrySpread'];

export function stepModel({ name, title, constants = {}, more, size, deviation }: StepModel): DeviceModel {
  const spreads = [...SPREADS, ...Object.keys(constants).filter((key) => key.endsWith('Spread'))];
  return {
    name,
    title,
    source: SOURCE,
    constants: { ...common, ...constants },
    jumps: false,
    bounds: ({ low, high }) => [low, high],
    zero: () => 0,
    reach: reachOf,
    step: (c) => ({ up: c.step * (1 + Math.min(c.asymmetry, 0)), down: c.step * (1 - Math.max(c.asymmetry, 0)) }),
    draws: (c) => (spreads.every((key) => (c[key] ?? 0) === 0) ? 0 : 4 + (more?.draws ?? 0)),
    own(m, c, draws) {
      const own = ownOf(m, c, draws);
      return { ...own, ...more?.own(m, own, c, draws.slice(4)) };
    },
    move(m, { state, pulses, normal, own: numbers }, c) {
      const own = numbers as Own<typeof state>;
      const place = { m, state: m.let(state.add(own.reference)), own, constants: c };
      const isUp = pulses.gt(0);
      const { up, down } = size(place);
      const mean = m.let(isUp.select(up, down));
      const proportional = c.additive === 1 ? isUp.select(own.up, own.down) : mean;
      const wide = deviation?.(place, mean) ?? proportional;
      const moved = c.cycle === 0 ? mean : mean.add(wide.mul(c.cycle).mul(normal));
      return place.state.add(pulses.mul(moved)).pmax(own.low).pmin(own.high).sub(own.reference);
    },
  };
}

/** Bounds four deviations away, and as much again where the reference is not 0. */
function reachOf({ low, high, lowSpread, highSpread, referenceSpread = 0, symmetric = 0 }: Constants): number {
  const reach = Math.max(Math.abs(low) * (1 + 4 * lowSpread), high * (1 + 4 * highSpread));
  return reach * (referenceSpread > 0 || symmetric === 1 ? 2 : 1);
}

/** A number of a device: around its mean where a draw tells devices apart, else the mean. */
export const about = <T extends Real<T>>(m: Maths<T>, mean: number, deviation: number, draw: T | undefined): T =>
  draw === undefined ? m.constant(mean) : m.let(draw.mul(deviation).add(mean));

function ownOf<T extends Real<T>>(m: Maths<T>, c: Constants, [high, low, gain, tilt]: readonly T[]): Own<T> {
  const reference = m.constant(0);
  if (high === undefined) {
    const [up, down] = [1 + Math.min(c.asymmetry, 0), 1 - Math.max(c.asymmetry, 0)].map((s) => m.constant(s * c.step));
    return { low: m.constant(c.low), high: m.constant(c.high), up, down, reference };
  }
  const gained = m.let(c.logNormal === 1 ? m.exp(m.let(gain.mul(c.stepSpread))) : gain.mul(c.stepSpread).add(1));
  const tilted = m.let(tilt.mul(c.asymmetrySpread));
  return {
    high: m.let(about(m, c.high, c.highSpread * c.high, high).abs()),
    low: m.let(
      about(m, c.low, c.lowSpread * c.low, low)
        .abs()
        .mul(-1),
    ),
    up: m.let(gained.add(Math.min(c.asymmetry, 0)).add(tilted).abs().mul(c.step)),
    down: m.let(gained.sub(Math.max(c.asymmetry, 0)).sub(tilted).abs().mul(c.step)),
    reference,
  };
}
