// Samples of a network with time whose lengths vary: each [time, ...features], of at most so many steps.
//
//   a typed array                one sequence, or several of full length
//   nested arrays [time][...]    one sequence
//   a list of either             one sequence each

import { elementsOf } from '../../runtime/program/layout.ts';
import type { CompiledLearner } from '../compile/compiled.ts';
import { InputError } from '../errors.ts';
import { MOST_LEVELS, readSamples, sizeOf, type SampleInput, type Samples } from './inputs.ts';

/** @throws InputError for a sequence that is longer, empty, or ends within a step. */
export function readSequences(input: SampleInput, shape: readonly number[], element: 'f32' | 'u8'): Samples {
  const isList = Array.isArray(input);
  if (!isList && !(sizeOf(input) <= elementsOf(shape))) return readSamples(input, shape, element);
  if (isList && input.length === 0) throw new InputError('got no sequence, wanted at least one');
  const items = (isList && depthOf(input) !== shape.length ? input : [input]) as readonly SampleInput[];
  const parts = Array.from(items, (item, row) => readSequence(item, shape, element, row));
  return {
    count: parts.length,
    steps: (index) => parts[index].steps,
    copy: (index, out, offset, row = index) => parts[index].samples.copy(0, out, offset, row),
  };
}

function readSequence(item: SampleInput, [most, ...rest]: readonly number[], element: 'f32' | 'u8', row: number) {
  const frame = elementsOf(rest);
  if (Array.isArray(item)) expectFrames(item, frame, row);
  const length = Array.isArray(item) ? item.length * frame : sizeOf(item);
  const steps = length / frame;
  if (Number.isInteger(steps) && steps >= 1 && steps <= most) {
    return { steps, samples: readSamples(item, [steps, ...rest], element) };
  }
  throw new InputError(`sequence ${row} has ${length} values, wanted 1 to ${most} steps of ${frame}`);
}

function expectFrames(frames: readonly unknown[], wanted: number, row: number): void {
  for (let step = 0; step < frames.length; step++) {
    const length = sizeOf(frames[step]);
    if (length === wanted) continue;
    throw new InputError(`sequence ${row} has ${length} values in step ${step}, wanted ${wanted}: nest [time][...]`);
  }
}

/** How deep arrays are nested; one that holds itself, deeper than any shape. */
const depthOf = (value: unknown, level = 0): number =>
  Array.isArray(value) && level < MOST_LEVELS ? 1 + depthOf(value[0], level + 1) : 0;

/** The samples as the network of a compiled learner takes them. */
export const samplesOf = ({ network }: CompiledLearner, input: SampleInput): Samples => {
  const { inputShape, varying, element } = network;
  return varying ? readSequences(input, inputShape, element) : readSamples(input, inputShape, element);
};
