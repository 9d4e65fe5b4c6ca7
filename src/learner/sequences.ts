// Samples of a network with time whose lengths vary: each [time, ...features], of at most so many steps.
//
//   a typed array                one sequence, or several of full length
//   nested arrays [time][...]    one sequence
//   a list of either             one sequence each

import { elementsOf } from '../../runtime/program/layout.ts';
import { InputError } from '../errors.ts';
import { readSamples, type SampleInput, type Samples } from './inputs.ts';

/** @throws InputError for a sequence that is longer, empty, or ends within a step. */
export function readSequences(input: SampleInput, shape: readonly number[], element: 'f32' | 'u8'): Samples {
  if (ArrayBuffer.isView(input) && (input as Float32Array).length > elementsOf(shape)) {
    return readSamples(input, shape, element);
  }
  if (Array.isArray(input) && input.length === 0) throw new InputError('got no sequence, wanted at least one');
  const isOne = ArrayBuffer.isView(input) || depthOf(input) === shape.length;
  const items = (isOne ? [input] : input) as readonly SampleInput[];
  const parts = items.map((item, row) => readSequence(item, shape, element, row));
  return {
    count: parts.length,
    steps: (index) => parts[index].steps,
    copy: (index, out, offset, row = index) => parts[index].samples.copy(0, out, offset, row),
  };
}

function readSequence(item: SampleInput, [most, ...rest]: readonly number[], element: 'f32' | 'u8', row: number) {
  const frame = elementsOf(rest);
  if (Array.isArray(item)) expectFrames(item, frame, row);
  const { length } = Array.isArray(item) ? item.flat(Infinity) : (item as Float32Array);
  const steps = length / frame;
  if (Number.isInteger(steps) && steps >= 1 && steps <= most) {
    return { steps, samples: readSamples(item, [steps, ...rest], element) };
  }
  const wanted = `wanted 1 to ${most} steps of ${frame}`;
  throw new InputError(`sequence ${row} has ${length} values, ${wanted}`);
}

function expectFrames(frames: readonly unknown[], wanted: number, row: number): void {
  frames.forEach((frame, step) => {
    const length = Array.isArray(frame) ? frame.flat(Infinity).length : 1;
    if (length === wanted || (wanted === 1 && !Array.isArray(frame))) return;
    throw new InputError(`sequence ${row} has ${length} values in step ${step}, wanted ${wanted}: nest [time][...]`);
  });
}

const depthOf = (value: unknown): number => (Array.isArray(value) ? 1 + depthOf(value[0]) : 0);
