// What is planned for samples that a learner remembers, to learn them again beside new ones: a slot for each, with its
// target, as data in the same memory as all else. The host keeps and loads them (src/learner/replay.ts).

import { elementsOf } from '../../runtime/program/layout.ts';
import { capacity as most, constant, counted } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { bytesPerElement, type ElementType } from '../../runtime/wasm/pointer.ts';
import { ConfigurationError } from '../errors.ts';
import { sampleShape, type NetworkSpec } from '../layers/network.ts';
import { expectIs, expectOptions, expectThat, integer } from '../options.ts';
import type { TaskInfo } from '../tasks/task.ts';
import type { ReplayElement, ReplayInfo } from './compiled.ts';
import { recordTrunk, type Above, type TrunkPlace } from './trunk.ts';

const elements: Readonly<Record<ReplayElement, ElementType>> = { f32: 'f32', u8: 'u8', int8: 'i8' };
export const replayElements = Object.keys(elements) as readonly ReplayElement[];

export interface ReplayOptions {
  /** How many samples are remembered at most. */
  readonly capacity: number;
  /**
   * How: as they are (`f32`); as pixels, 0 to 1 in 255 steps (`u8`), what lies outside cut off; or in 127 steps up and
   * down of the largest value of each (`int8`). Default `f32`; of a network whose samples are bytes `u8`, and no other.
   */
  readonly element?: ReplayElement;
  /**
   * Remembers in place of the sample what the layer of this name makes of it. That layer and all in front of it then
   * stay as they are, and what is behind them learns.
   */
  readonly of?: string;
  /** Steps on remembered samples for each step on new ones; default 1. */
  readonly ratio?: number;
}

/** Memory is counted in whole words. */
const WORD = 4;

/** What a learner is asked to remember. */
export interface Remembering {
  /** @throws ConfigurationError for options that do not fit the network. */
  plan(network: NetworkSpec, task: TaskInfo): ReplayPlan;
}

/** The same of one learner. */
export interface ReplayPlan {
  readonly info: ReplayInfo;
  /** Records the layers whose features are remembered; null where samples are. */
  below(p: Program, place: TrunkPlace): Above | null;
  /** Records the slots. `network` takes what is remembered: of features, the part behind them. */
  record(p: Program, network: NetworkSpec): void;
}

export const remembering = (options: ReplayOptions): Remembering => ({
  plan(network, task) {
    const info = readReplay(options, network, task);
    const { of } = info;
    return {
      info,
      below: (p, place) => (of === null ? null : recordTrunk(p, network, of, place)),
      record: (p, head) => recordReplay(p, info, head, task),
    };
  },
});

function readReplay(options: ReplayOptions, network: NetworkSpec, { kind }: TaskInfo): ReplayInfo {
  expectOptions('replay', options, ['capacity', 'element', 'of', 'ratio']);
  const isBytes = network.element === 'u8' && options.of === undefined;
  const { capacity, element = isBytes ? 'u8' : 'f32', of = null, ratio = 1 } = options;
  expectIs('replay: capacity', capacity, integer(1));
  expectIs('replay: ratio', ratio, integer(1));
  const known = of !== null ? ['f32', 'int8'] : isBytes ? ['u8'] : replayElements;
  const what = of !== null ? ' for features' : isBytes ? ' for samples that are bytes' : '';
  expectThat(known.includes(element), 'replay: element', element, `${known.join(', ')}${what}`);
  if (of !== null && kind === 'reconstruction') {
    throw new ConfigurationError('replay of features: a reconstruction learns the sample itself, wanted no `of`');
  }
  if (network.varying) throw new ConfigurationError('replay keeps samples of one size, and here their lengths differ');
  return { capacity, element, of, ratio };
}

function recordReplay(p: Program, { capacity, element }: ReplayInfo, network: NetworkSpec, task: TaskInfo): void {
  const data = (name: string, values: number, type: ElementType): void => {
    const perWord = WORD / bytesPerElement(type);
    p.data({ name: `replay/${name}`, shape: [Math.ceil(values / perWord) * perWord], element: type });
  };
  const target = p.buffers.find(({ name }) => name === 'target');
  data('samples', capacity * elementsOf(sampleShape(network)), elements[element]);
  if (element === 'int8') data('scales', capacity, 'f32');
  if (target !== undefined) {
    const row = elementsOf(target.shape.slice(1).map(most));
    data('targets', capacity * row, target.element);
  }
  data('count', 1, 'i32');
  const classes = task.count === null ? undefined : p.counts.get(task.count)?.count;
  const shape = [classes === undefined ? constant(1) : counted(classes)];
  for (const name of ['seen', 'full']) p.data({ name: `replay/${name}`, shape, element: 'i32' });
}
