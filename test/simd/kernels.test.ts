// The generic test: every kernel of runtime/simd/index.ts against its plain reference, in every instruction set this
// engine runs, at sizes below, at and above the vector width, on ordinary and special values, in place where that is
// declared, with every byte of memory accounted for.

import { describe, expect, test } from 'vitest';
import { elementCount, emitKernel, type Kernel, type PointerParameter } from '../../runtime/simd/kernel.ts';
import { indexedKernels, referenceOf, UnknownKernelError } from '../../runtime/simd/references.ts';
import { supports, type Features } from '../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import { describeDifference, identical, withinRelative, withinUlps, type Same } from './difference.ts';
import {
  filled,
  imageOf,
  layOut,
  makeTrial,
  PAGE,
  pointersOf,
  refer,
  sizesOf,
  viewOf,
  type Content,
  type Elements,
  type Image,
  type Layout,
  type LayoutOptions,
  type Trial,
} from './trial.ts';

/** What stands in memory wherever a kernel has no business: NaN and -1, or an ordinary float and a large integer. */
const FILLS = [0xff, 0x42] as const;
const CONTENTS: readonly Content[] = ['signed', 'positive', 'special'];
/** Where multiply and add are fused; relative to the result or to 1. */
const RELAXED_TOLERANCE = 1e-4;

/** Memory in, memory out. */
type Run = (trial: Trial, layout: Layout, image: Image) => Image;

interface Started {
  readonly memory: WebAssembly.Memory;
  readonly call: (...args: number[]) => void;
}

/** The kernel as WebAssembly, over a memory that ends where the image does. */
function compile(kernel: Kernel, features: Features): Run {
  const builder = new ModuleBuilder();
  builder.add({ ...emitKernel(kernel, features), exported: true });
  const module = new WebAssembly.Module(builder.encode(0));
  const startedByPages = new Map<number, Started>();
  const start = (pages: number): Started => {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(module, { onward: { memory } });
    const started = { memory, call: exports[kernel.name] as Started['call'] };
    startedByPages.set(pages, started);
    return started;
  };
  return ({ numbers }, { addresses }, image) => {
    const pages = image.length / PAGE;
    const { memory, call } = startedByPages.get(pages) ?? start(pages);
    new Uint8Array(memory.buffer).set(image);
    call(...Object.keys(kernel.parameters).map((name) => numbers[name] ?? addresses[name]));
    return new Uint8Array(memory.buffer.slice(0));
  };
}

interface Comparison extends LayoutOptions {
  readonly same: Same;
  readonly fill?: number;
}

/**
 * Runs a kernel beside its reference on the same memory.
 *
 * @returns the outputs
 * @throws Error at the first output that is not the same, or byte that is not theirs to change
 */
function compare(run: Run, trial: Trial, { same, fill = FILLS[0], ...placing }: Comparison): Map<string, Elements> {
  const layout = layOut(trial, placing);
  const image = imageOf(trial, layout, fill);
  const [after, expected] = [run(trial, layout, image), refer(trial, layout, image)];
  const view = (memory: Image, name: string): Elements => viewOf(trial, layout, memory, name);
  const fail = (what: string): never => {
    throw new Error(`${what}; sizes ${JSON.stringify(trial.sizes)}, addresses ${JSON.stringify(layout.addresses)}`);
  };

  const outputs = new Map(pointersOf(trial.kernel, 'out', 'inOut').map((name) => [name, view(after, name).slice()]));
  for (const [name, got] of outputs) {
    const difference = describeDifference(got, view(expected, name), same);
    if (difference !== null) fail(name + difference);
  }
  for (const memory of [after, expected]) {
    for (const name of pointersOf(trial.kernel, 'out', 'inOut', 'scratch')) view(memory, name).set(view(image, name));
    if (Buffer.compare(memory, image) === 0) continue;
    const who = memory === after ? 'the kernel' : 'the reference';
    fail(`${who} writes elsewhere: byte${describeDifference(memory, image, identical)}`);
  }
  return outputs;
}

/** The outputs that two fills made different, but for elements that were left alone under both. */
function dependence(trial: Trial, [first, second]: readonly Map<string, Elements>[]): string | null {
  for (const [name, elements] of first) {
    const others = second.get(name)!;
    const [blank, otherBlank] = FILLS.map((fill) => filled(elements, fill));
    const leftAlone = (i: number): boolean => identical(elements[i], blank) && identical(others[i], otherBlank);
    const at = elements.findIndex((value, i) => !identical(value, others[i]) && !leftAlone(i));
    if (at >= 0) return `${name}[${at}] is ${elements[at]} or ${others[at]}; sizes ${JSON.stringify(trial.sizes)}`;
  }
  return null;
}

const titled = ({ name, family }: Kernel): string =>
  family === undefined ? name : `${name} ${JSON.stringify(family.variant)}`;

const isPlaceable = ({ kernel, sizes }: Trial, pair: readonly [string, string]): boolean => {
  const [out, input] = pair.map((name) => elementCount(kernel.parameters[name] as PointerParameter, sizes));
  return out === input;
};

describe.each(indexedKernels().map((kernel) => [titled(kernel), kernel] as const))('%s', (_, kernel) => {
  const { maxUlp = 0, inPlace = [] } = kernel;
  const same = maxUlp === 0 ? identical : withinUlps(maxUlp);
  const trials = (...contents: Content[]): Trial[] =>
    sizesOf(kernel).flatMap((sizes) => contents.map((content) => makeTrial(kernel, sizes, content)));

  describe.each(['none', 'simd128'] as const)('%s', (features) => {
    const run = compile(kernel, features);

    test(`is within ${maxUlp} ulp of the reference`, () => {
      for (const trial of trials(...CONTENTS)) compare(run, trial, { same });
    });

    test('depends on its inputs only', () => {
      for (const trial of trials('signed')) {
        expect(
          dependence(
            trial,
            FILLS.map((fill) => compare(run, trial, { same, fill })),
          ),
        ).toBe(null);
      }
    });

    test('stays in memory that ends with any of its buffers', () => {
      for (const trial of trials('signed')) {
        for (const last of pointersOf(kernel)) compare(run, trial, { same, last });
      }
    });

    test.each(inPlace)('may have %s in place of %s', (...alias) => {
      const placeable = trials('signed', 'special').filter((trial) => isPlaceable(trial, alias));
      expect(placeable).not.toEqual([]);
      for (const trial of placeable) {
        const apart = compare(run, trial, { same, fill: FILLS[1] });
        for (const [name, elements] of compare(run, trial, { same, alias })) {
          const wanted = apart.get(name)!;
          const blank = filled(wanted, FILLS[1]);
          const written = elements.map((value, i) => (wanted[i] === blank ? blank : value));
          expect(describeDifference(written, wanted, same)).toBe(null);
        }
      }
    });
  });

  test.skipIf(!supports('relaxed'))(`relaxed is within a relative ${RELAXED_TOLERANCE} of the reference`, () => {
    const run = compile(kernel, 'relaxed');
    for (const trial of trials('signed')) compare(run, trial, { same: withinRelative(RELAXED_TOLERANCE) });
  });
});

describe('referenceOf', () => {
  test('refuses a kernel that the index does not list, by name', () => {
    const stranger: Kernel = { name: 'f32_stranger', parameters: {}, emit: () => {} };
    expect(() => referenceOf(stranger)).toThrow(UnknownKernelError);
    expect(() => referenceOf(stranger)).toThrow(/'f32_stranger'/);
  });

  test('finds every kernel under its own name', () => {
    for (const kernel of indexedKernels()) expect(referenceOf(kernel)).toBeTypeOf('function');
  });
});
