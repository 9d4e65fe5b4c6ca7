// What a device model is: equations, over the arithmetic of real.ts. A device has a state, its conductance in the
// model's own units, and moves by pulses. Numbers of one device come from a profile (src/quantization/profiles), and
// where devices differ, from normal draws that are f(seed, weight, element): they take no byte.

import type { Real } from '../parts/real.ts';
import type { Maths } from './real.ts';

export type Constants = Readonly<Record<string, number>>;

export interface ModelConstant {
  readonly about: string;
  /** Absent: it must be given. */
  readonly default?: number;
}

/** A state and what a pulse on it depends on. */
export interface Pulse<T> {
  readonly state: T;
  /** How many, signed: potentiation is positive. One up or down, unless the model `jumps`. */
  readonly pulses: T;
  /** Of this cycle: N(0, 1). */
  readonly normal: T;
  /** Of this device. */
  readonly own: Readonly<Record<string, T>>;
}

export interface DeviceModel {
  readonly name: string;
  readonly title: string;
  /** Paper or manual, with the equation. */
  readonly source: string;
  readonly constants: Readonly<Record<string, ModelConstant>>;
  /** Whether several pulses are one equation; else they are carried out one by one. */
  readonly jumps: boolean;
  /** The states between which it moves, of the mean device. */
  bounds(constants: Constants): readonly [low: number, high: number];
  /** The state that is weight 0 where there is no second device to subtract. */
  zero(constants: Constants): number;
  /** The largest distance of a state from there, of nearly any device. */
  reach(constants: Constants): number;
  /** What a change is counted by: the mean step of a pulse, up and down, in units of the state. */
  step(constants: Constants): { readonly up: number; readonly down: number };
  /** How many normal draws tell one device from another: 0 where all are alike. */
  draws(constants: Constants): number;
  /** The numbers of one device, from so many draws. */
  own<T extends Real<T>>(m: Maths<T>, constants: Constants, draws: readonly T[]): Readonly<Record<string, T>>;
  /** The state after the pulse or pulses, within the device's bounds. */
  move<T extends Real<T>>(m: Maths<T>, pulse: Pulse<T>, constants: Constants): T;
}
