// What a rule is provided with once and keeps: the single-forward rule of graph networks (Park et al., ICLR 2024,
// arXiv 2403.11004) on a small graph. Nodes are the batch. Each class has a node of its own, joined to the nodes that
// are labelled with it; a node's goodness for a class is its product with that class's node, and each layer learns by
// the cross-entropy of its goodness. What the first layer sees, A'X, is made once, when the training begins.

import { PLAIN } from '../../runtime/simd/parts/reading.ts';
import { describe, expect, test } from 'vitest';
import { randomWord, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { f32_matmul } from '../../runtime/simd/kernels/f32-matmul.ts';
import { f32_matmul_bt } from '../../runtime/simd/kernels/f32-matmul-bt.ts';
import { f32_matmul_update } from '../../runtime/simd/kernels/f32-matmul-update.ts';
import { analyse, constant, defineRule, LOCAL, recordLearner, type Program } from '../../src/author.ts';
import { PerSample, Tensor, type Buffer, type Part, type View } from '../../src/author.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import { adam, dense, InputError, sequential, type LocalLearner, type Rule } from '../../src/index.ts';
import { summing } from '../../src/quantization/sum.ts';
import { opened, type Opened } from '../learner/opened.ts';
import { product, rowsOf } from './doubles.ts';

const PEOPLE = 36;
const CLASSES = 3;
/** Nodes and class nodes, which stand last. */
const N = PEOPLE + CLASSES;
/** Features, as many as a panel has columns: there a matrix in panels is the matrix itself. */
const WIDTH = 8;
const LABELLED = 9;

const times = f32_matmul({ activation: 'identity', start: 'zero', reading: PLAIN });

function singleForward(): Rule {
  return defineRule({
    name: 'singleForward',
    paper: 'Park et al.: Forward learning of graph neural networks. ICLR, 2024',
    optimizers: { optimizer: adam(0.01) },
    locality: LOCAL,
    head: 'own',
    record(p, network, { task, batch, sink }) {
      const given = (name: string, shape: readonly number[]): Buffer =>
        p.port({ name, way: 'in', role: 'data', shape, cached: true });
      const graph = given('graph', [N, N]);
      const features = given('features', [N, WIDTH]);
      const labelled = given('labelled', [N]);
      const seen = p.buffer({
        name: 'seen', // A'X
        role: 'activation',
        life: 'cached',
        unit: null,
        shape: [N, WIDTH],
      });
      /** A' x. */
      const propagate = (program: Program, out: Buffer, x: View | Buffer): void =>
        program.call(times, { out, x: graph, weight: x, batch: N, inputs: N, outputs: WIDTH });
      p.phase('gather', () => propagate(p, seen, features));

      /** `visit` for each layer, with what it computed and its goodness. */
      type Visit = (unit: Part, saved: ReturnType<Part['forward']>, goodness: Tensor) => void;
      const walk = (program: Program, from: Buffer, training: boolean, visit: Visit): void => {
        let x = from;
        for (const [index, unit] of network.units.entries()) {
          program.unit(unit.name, () => {
            if (index > 0) {
              const below = x;
              x = program.buffer({ name: `${unit.name}/seen`, role: 'activation', shape: [batch, WIDTH] });
              propagate(program, x, below);
            }
            const saved = unit.forward(program, new Tensor(x, [batch, constant(WIDTH)]), { training });
            const goodness = program.tensor({
              name: `${unit.name}/goodness`,
              role: 'activation',
              shape: [batch, task.outputs],
            });
            const sizes = { batch, inputs: task.outputs, outputs: WIDTH };
            program.call(f32_matmul_bt(PLAIN), {
              dx: goodness,
              dz: saved.output,
              weight: classes(saved.output),
              ...sizes,
            });
            visit(unit, saved, goodness);
            x = saved.output.buffer;
          });
        }
      };
      p.phase('train', () => {
        const into = sink();
        walk(p, seen, true, (unit, saved, goodness) => {
          const h = saved.output;
          const { delta } = task.loss(p, goodness, unit.name);
          const e = p.compute(`${unit.name}/e`, delta.times(new PerSample(labelled)));
          const dh = p.tensor({ name: `${unit.name}/dh`, role: 'activation', shape: [batch, WIDTH] });
          const sizes = { batch, inputs: task.outputs };
          p.call(times, { out: dh, x: e, weight: classes(h), ...sizes, outputs: WIDTH });
          const dClasses = p.tensor({ name: `${unit.name}/dClasses`, role: 'activation', shape: [CLASSES, WIDTH] });
          p.zero(dClasses);
          const factors = { weight: dClasses, x: e, dz: h, dzStride: WIDTH, columns: WIDTH };
          p.call(f32_matmul_update(summing), { ...factors, ...sizes });
          p.write(new Tensor(dh.buffer, dClasses.shape, { offset: PEOPLE * WIDTH }), dClasses);
          unit.back(p, saved, dh, { training: true, sink: into });
        });
      });
      const predict = (program: Program): Tensor => {
        const first = program.buffer({ name: 'asked', role: 'activation', shape: [N, WIDTH], unit: null });
        const sum = program.tensor({ name: 'sum', role: 'activation', shape: [batch, task.outputs], unit: null });
        propagate(program, first, features);
        program.zero(sum);
        walk(program, first, false, (_unit, _saved, goodness) => program.write(sum, sum.plus(goodness)));
        return sum;
      };
      return { stages: [{ enter: 'gather', step: 'train', until: { share: 1 } }], predict };
    },
  });
}

/** The rows of the class nodes. */
const classes = (h: Tensor): View => h.at(PEOPLE * WIDTH);

const network = sequential([WIDTH], [dense(WIDTH, { activation: 'relu' }), dense(WIDTH, { activation: 'relu' })]);
const names = ['a', 'b', 'c'];

const draw = (what: string, index: number): number => uniformFromWord(randomWord(1, streamKey(what), 0, index));
const classOf = (node: number): number => (node < PEOPLE ? node % CLASSES : node - PEOPLE);
const label = Int32Array.from({ length: N }, (_, node) => classOf(node));
const isLabelled = (node: number): boolean => node < LABELLED;

/** Features that tell little of the class: noise and a hint. */
const features = Float32Array.from({ length: N * WIDTH }, (_, at) => {
  const [node, feature] = [Math.floor(at / WIDTH), at % WIDTH];
  return draw('features', at) + (feature === classOf(node) && node < PEOPLE ? 0.5 : 0);
});

/** Neighbours are mostly of one class; D^(-1/2) (A + 1) D^(-1/2). */
function adjacency(isJoined: (a: number, b: number) => boolean): Float32Array {
  const linked = (a: number, b: number): boolean => a === b || isJoined(Math.min(a, b), Math.max(a, b));
  const nodes = Array.from({ length: N }, (_, node) => node);
  const degrees = nodes.map((a) => nodes.filter((b) => linked(a, b)).length);
  return Float32Array.from({ length: N * N }, (_, at) => {
    const [a, b] = [Math.floor(at / N), at % N];
    return linked(a, b) ? 1 / Math.sqrt(degrees[a] * degrees[b]) : 0;
  });
}
const belongs = (a: number, b: number): boolean => b >= PEOPLE && isLabelled(a) && classOf(a) === classOf(b);
const friends = adjacency((a, b) => {
  if (b >= PEOPLE) return belongs(a, b);
  return draw('friends', a * N + b) < (classOf(a) === classOf(b) ? 0.5 : 0.02);
});
const strangers = adjacency(belongs);

async function open(graph?: Float32Array): Promise<Opened> {
  const both = await opened({ network, rule: singleForward(), classes: names, batchSize: N });
  const { learner } = both;
  if (graph === undefined) return both;
  learner.provide('graph', graph);
  learner.provide('features', features);
  learner.provide(
    'labelled',
    label.map((_, node) => Number(isLabelled(node))),
  );
  return both;
}

const start = async (graph?: Float32Array): Promise<LocalLearner> => (await open(graph)).learner;

/** The share of unlabelled nodes that are told rightly after learning from the labelled ones. */
async function unlabelledRight(learner: LocalLearner): Promise<number> {
  await learner.fit(features, label, { epochs: 200, shuffle: false });
  const answers = rowsOf(learner.predict(features), CLASSES).slice(LABELLED, PEOPLE);
  const right = answers.filter((row, at) => row.indexOf(Math.max(...row)) === classOf(LABELLED + at));
  return right.length / answers.length;
}

describe('a graph that is provided', () => {
  test('tells unlabelled nodes by their neighbours, better than without any', async () => {
    const [graph, none] = [await unlabelledRight(await start(friends)), await unlabelledRight(await start(strangers))];
    expect(graph).toBeGreaterThanOrEqual(0.9);
    expect(none).toBeLessThan(graph - 0.3);
  });

  test("A'X is made when a stage begins, and then kept", async () => {
    const { learner, trainer } = await open(friends);
    await learner.fit(features, label, { epochs: 2, shuffle: false });
    const buffer = learner.compiled.buffers.find(({ name }) => name === 'seen')!;
    const seen = (): number[] => [...trainer.engine.decode(buffer)];
    const expected = rowsOf(friends, N).flatMap((row) => product(row, rowsOf(features, WIDTH)));
    seen().forEach((value, at) => expect(value).toBeCloseTo(expected[at], 5));
    const [made, weights] = [seen(), learner.weightHash()];
    learner.provide(
      'features',
      features.map((value) => 2 * value),
    );
    learner.trainOnBatch(features, label);
    expect(seen()).toEqual(made);
    expect(learner.weightHash()).not.toBe(weights);
    await learner.fit(features, label, { shuffle: false });
    seen().forEach((value, at) => expect(value).toBeCloseTo(2 * expected[at], 4));
  });

  test('stays through reset and resize', async () => {
    const learner = await start(friends);
    await learner.fit(features, label, { epochs: 3, shuffle: false });
    const [answers, hash] = [learner.predict(features), learner.weightHash()];
    learner.reset();
    await learner.fit(features, label, { epochs: 3, shuffle: false });
    expect(learner.weightHash()).toBe(hash);
    await learner.resize({ batchSize: N });
    expect(learner.predict(features)).toEqual(answers);
    expect(learner.trainOnBatch(features, label).loss).toBeNaN();
    expect(learner.weightHash()).not.toBe(hash);
  });

  test('what a phase reads is asked for by name', async () => {
    const learner = await start();
    expect(() => learner.predict(features)).toThrow(InputError);
    expect(() => learner.predict(features)).toThrow("'predict' reads 'graph', which is empty: provide() fills it");
    learner.provide('graph', friends);
    await expect(learner.fit(features, label)).rejects.toThrow("'gather' reads 'features', which is empty");
    learner.provide('features', features);
    learner.provide('labelled', new Float32Array(N));
    const early = "'train' reads 'seen', which is empty: a stage of fit() makes it when it begins";
    expect(() => learner.trainOnBatch(features, label)).toThrow(early);
    expect(() => learner.provide('labelled', [1])).toThrow(`'labelled' came as 1 values, wanted [${N}]`);
    expect(() => learner.provide('edges', [1])).toThrow("no 'edges'; it takes graph, features, labelled");
  });
});

test('no layer waits for one behind it', () => {
  const recorded = recordLearner({ network, rule: singleForward(), classes: names, batchSize: N });
  expect(analyse(recorded.program, trainingPhases(recorded.course))).toMatchObject({ locality: LOCAL, units: 2 });
});
