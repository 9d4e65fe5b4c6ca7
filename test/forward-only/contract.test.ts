// What every learning rule owes, on every kind of network and in every storage: one body over the indices, nothing to
// write per rule.
//
// The ten golden losses are in golden/<rule>.json. After a wanted change of a rule, or for a new one, write them with
// `ONWARD_WRITE_GOLDEN=1 npx vitest run test/forward-only/contract.test.ts`, and look at the difference.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { byteLength } from '../../runtime/program/buffer.ts';
import type { RecordOptions } from '../../src/compile/record.ts';
import { rules } from '../../src/forward-only/index.ts';
import { createLearner, sequential, conv2d, globalAveragePool, ShapeError } from '../../src/index.ts';
import { storages } from '../../src/quantization/index.ts';
import { batchOf, host, type Batch, type Form, type Host } from './host.ts';
import { CAPACITY, CLASSES, networks, taskOf } from './networks.ts';

const BATCH = 6;
const TEN = Array.from({ length: 10 }, (_, step) => step);
/** What memory holds at first: two values that differ in every bit. */
const FILLS = [0x5a, 0xa5];
type Subject = Pick<RecordOptions, 'network' | 'storage' | 'microBatch'> & { readonly name: string };

/** Every network in float, some of them in micro-batches, and one in every other storage. */
const subjects = Object.entries(storages).flatMap(([kept, storage]) => {
  const of = (name: string): Subject => ({
    name: kept === 'f32' ? name : `${name}, ${kept}`,
    network: networks[name],
    storage: storage(),
  });
  const inParts = (name: string): Subject => ({
    ...of(name),
    name: `${of(name).name} in micro-batches`,
    microBatch: 4,
  });
  if (kept !== 'f32') return [of('dense'), inParts('dense')];
  return [...Object.keys(networks).map(of), ...['depthwise', 'recurrent', 'spiking'].map(inParts)];
});
const writesGolden = process.env.ONWARD_WRITE_GOLDEN === '1';

/** What a rule cannot train, and why it says so. */
const refused: readonly (readonly [subject: RegExp, reason: RegExp])[] = [
  [
    /^sltt, recurrent/,
    /^sltt has a loss at every time step, but time ends in 'last_1': wanted a network without last\(\) and mean\(\), /,
  ],
  [
    /^zerothOrder, .* in micro-batches$/,
    /^zerothOrder learns from all samples of a step at once, wanted no microBatch: /,
  ],
  [
    /^zerothOrder, dense, int8$/,
    /^zerothOrder moves weights in place, where 'dense_1\/weight' \(int8\) rounds: wanted/,
  ],
];

const tenLosses = (subject: Host, batch: (step: number) => Batch, classes: number): number[] =>
  TEN.map((step) => subject.train(batch(step), classes));

for (const [ruleName, rule] of Object.entries(rules)) {
  const goldenFile = join(import.meta.dirname, 'golden', `${ruleName}.json`);
  const golden: Record<string, number[]> = existsSync(goldenFile) ? JSON.parse(readFileSync(goldenFile, 'utf8')) : {};

  describe.each(subjects)(`${ruleName}, $name network`, ({ name: networkName, network, storage, microBatch }) => {
    const options = { network, rule: rule(), task: taskOf(ruleName), batchSize: BATCH, microBatch, storage };
    const few = CLASSES.length;
    const batch = (step: number, samples = BATCH, count = few): Batch => batchOf(network, samples, step, count);
    const [, reason] = refused.find(([subject]) => subject.test(`${ruleName}, ${networkName}`)) ?? [];
    if (reason !== undefined) {
      test('is refused, with the reason', async () => {
        await expect(createLearner(options)).rejects.toThrow(reason);
      });
      return;
    }

    test('ten golden losses, the same bits in reference, scalar and SIMD execution and in the learner', async () => {
      const [reference, scalar, simd] = (['reference', 'none', 'simd128'] satisfies Form[]).map((form) =>
        tenLosses(host(options, form), batch, few),
      );
      expect(scalar).toEqual(reference);
      expect(simd).toEqual(reference);
      const learner = await createLearner(options);
      const batches = TEN.map((step) => batch(step));
      const inLearner = batches.map(({ input, label }) => learner.trainOnBatch(input, label).loss);
      expect(inLearner).toEqual(reference);
      if (writesGolden) {
        golden[networkName] = reference;
        writeFileSync(goldenFile, `${JSON.stringify(golden, null, 2)}\n`);
      }
      expect(reference, `write ${goldenFile} as said above`).toEqual(golden[networkName]);
    });

    test('learns the same whatever was in memory, in rows and classes that are not there yet too', () => {
      const [first, second] = FILLS.map((fill) => {
        const subject = host(options, 'simd128', { fill });
        tenLosses(subject, (step) => batch(step, BATCH - 1), few);
        return subject;
      });
      for (const buffer of first.program.buffers.filter(({ life }) => life === 'persistent')) {
        const part = ({ bytes, plan }: Host): Uint8Array =>
          bytes.subarray(plan.addresses.get(buffer)).subarray(0, byteLength(buffer));
        expect(part(first), buffer.name).toEqual(part({ ...second, plan: first.plan }));
      }
    });

    test('touches every byte of its plan and no other', () => {
      const runs = FILLS.map((fill) => {
        const subject = host(options, 'simd128', { fill });
        subject.train(batch(0, BATCH, CAPACITY), CAPACITY);
        subject.logits(batch(0, BATCH, CAPACITY), CAPACITY);
        return { fill, bytes: subject.bytes, planned: subject.plan.bytes };
      });
      const untouched = (at: number): boolean => runs.every(({ fill, bytes }) => bytes[at] === fill);
      const changed = (at: number): boolean => runs.some(({ fill, bytes }) => bytes[at] !== fill);
      const [{ bytes, planned }] = runs;
      expect(Array.from(bytes.keys()).filter((at) => (at < planned ? untouched(at) : changed(at)))).toEqual([]);
    });

    test('needs at most 5 % more for transients than no plan can undercut', () => {
      const { plan } = host(options, 'none');
      expect(plan.arena).toBeLessThanOrEqual(1.05 * plan.lowerBound.transients);
    });

    test('goes on after save and restore as if nothing had been', async () => {
      const samples = batch(0, 10 * BATCH);
      const learner = await createLearner(options);
      const tenMore = async (): Promise<number[]> => {
        const losses: number[] = [];
        const onBatchEnd = ({ loss }: { loss: number }): number => losses.push(loss);
        await learner.fit(samples.input, samples.label, { callbacks: { onBatchEnd } });
        return losses;
      };
      await tenMore();
      const saved = learner.save();
      const [losses, hash] = [await tenMore(), learner.weightHash()];
      learner.reset();
      learner.restore(saved);
      expect(await tenMore()).toEqual(losses);
      expect(losses).toHaveLength(10);
      expect(learner.weightHash()).toBe(hash);
    });

    test('with room to spare computes what it computes without', () => {
      const roomy = host({ ...options, batchSize: 9 }, 'simd128');
      const exact = host({ ...options, batchSize: 5, task: taskOf(ruleName, few) }, 'simd128');
      const small = (step: number): Batch => batch(step, 5);
      expect(tenLosses(roomy, small, few)).toEqual(tenLosses(exact, small, few));
      expect(roomy.logits(small(0), few)).toEqual(exact.logits(small(0), few));
    });

    test('a new class leaves the outputs of the others unchanged, bit for bit', () => {
      const subject = host(options, 'simd128');
      tenLosses(subject, batch, few);
      const before = subject.logits(batch(0), few);
      const after = subject.logits(batch(0), few + 1);
      expect(after.filter((_, index) => index % (few + 1) < few)).toEqual(before);
    });

    test('predict of a sample is the same alone and among others, in any batch size', async () => {
      const rows = 2 * BATCH + 1;
      const { input, label } = batch(0, rows);
      const learner = await createLearner(options);
      await learner.fit(input, label);
      const all = learner.predict(input);
      const size = input.length / rows;
      const sample = (row: number): Float32Array => input.subarray(row * size, (row + 1) * size);
      const answers = (row: number): Float32Array => all.subarray(row * few, (row + 1) * few);
      const reversed = Array.from({ length: rows }, (_, row) => rows - 1 - row);
      for (const batchSize of [BATCH, 1, 4]) {
        await learner.resize({ batchSize });
        expect(learner.predict(input)).toEqual(all);
        expect(learner.predict(reversed.map(sample))).toEqual(
          Float32Array.from(reversed.flatMap((row) => [...answers(row)])),
        );
        for (const row of [0, rows - 1])
          expect(learner.predict(sample(row)), `alone, ${batchSize}`).toEqual(answers(row));
      }
      expect(new Set(all).size).toBeGreaterThan(few);
    });

    test('resized, predicts what it predicted', async () => {
      const learner = await createLearner(options);
      const { input, label } = batch(0, 20);
      await learner.fit(input, label);
      const [before, hash] = [learner.predict(input), learner.weightHash()];
      await learner.resize({ batchSize: BATCH + 3 });
      expect(learner.predict(input)).toEqual(before);
      expect(learner.weightHash()).toBe(hash);
      await learner.resize({ classes: CAPACITY + 2, batchSize: 1 });
      expect(learner.predict(input)).toEqual(before);
    });
  });

  test(`${ruleName} is refused a network whose last layer is not dense`, async () => {
    const network = sequential([6, 6, 1], [conv2d(4, 3), globalAveragePool()]);
    await expect(createLearner({ network, rule: rule() })).rejects.toThrow(ShapeError);
  });
}
