// Growth: a rule whose units are slots of planned capacity. Each stage trains one slot on what those before it leave,
// until that is on a plateau; then a count is raised, and the next slot is there. Nothing is planned anew.

import { expect, test } from 'vitest';
import { analyse, defineRule, LOCAL, recordLearner, type Layer, type Mode, type Saved } from '../../src/author.ts';
import { capacity, gradientKernels, type Program, type Stage } from '../../src/author.ts';
import type { Tensor } from '../../src/author.ts';
import { trainingPhases } from '../../src/compile/record.ts';
import { adam, block, dense, sequential } from '../../src/index.ts';
import { batchOf } from '../../src/check/host.ts';
import { opened, type Opened } from '../learner/opened.ts';

const SLOTS = 4;
const CLASSES = 3;
const BATCH = 20;

/** Sequential boosting: the answer is the sum of all slots there are. */
const boost = (width = 3) =>
  defineRule({
    name: 'boost',
    paper: 'Friedman: Greedy function approximation: a gradient boosting machine. Annals of Statistics 29, 2001',
    config: { width },
    optimizers: { optimizer: adam(0.02) },
    locality: LOCAL,
    head: 'own',
    record(p, _network, { input, task, own, sink, batch }) {
      const grown = p.counter(p.count('grown', SLOTS, 1).count!);
      const slots = Array.from({ length: SLOTS }, (_, index) => `slot_${index + 1}`);
      const net = (slot: string): Layer =>
        own(slot, block([dense(width, { activation: 'tanh' }), dense(capacity(task.outputs))]), {
          name: 'net',
          like: input.at(p),
          outputs: task.outputs,
        });
      type Learn = (layer: Layer, saved: Saved) => void;
      const sum = (program: Program, upTo: number, mode: Mode, learn?: (total: Tensor) => Learn): Tensor => {
        const total = program.tensor({ name: 'sum', shape: [batch, task.outputs], role: 'state', unit: null });
        program.zero(total);
        for (const [index, slot] of slots.slice(0, upTo).entries()) {
          program.when(grown, { atLeast: index + 1 }, () =>
            program.unit(slot, () => {
              const saved = net(slot).forward(program, input.at(program), mode);
              program.write(total, total.plus(saved.output));
              if (index === upTo - 1) learn?.(total)(net(slot), saved);
            }),
          );
        }
        return total;
      };
      const stages = slots.map((slot, index): Stage => {
        const step = `train/${slot}`;
        p.phase(step, () => {
          const [into, outcome] = [sink('optimizer', slot), task.outcome(p, null)];
          sum(p, index + 1, { training: true }, (total) => (layer, saved) => {
            const delta = outcome.score(p, total);
            layer.back(p, saved, delta, { training: true, sink: into, kernels: gradientKernels });
          });
        });
        const until = { plateau: 'loss', patience: 4 } as const;
        return index + 1 < SLOTS ? { step, until, leave: { raise: 'grown' } } : { step, until };
      });
      return { stages, predict: (program) => sum(program, SLOTS, { training: false }) };
    },
  });

const network = sequential([2], [dense(CLASSES)]);

/** Six sectors of a disc, each class in two that lie opposite. */
function sectors(count: number): { readonly x: Float32Array; readonly y: Int32Array } {
  const { input: x } = batchOf(network, count, 0, CLASSES);
  const y = Int32Array.from({ length: count }, (_, at) => {
    const turn = (Math.atan2(x[2 * at + 1], x[2 * at]) + Math.PI) / (2 * Math.PI);
    return Math.min(5, Math.floor(6 * turn)) % CLASSES;
  });
  return { x, y };
}

const { x, y } = sectors(400);
const start = (): Promise<Opened> => opened({ network, rule: boost(), batchSize: BATCH });

test('learns more with each slot, and ends a slot where it stays', async () => {
  const { learner, trainer } = await start();
  const planned = learner.memory().plannedBytes;
  const best: number[] = [];
  const epochs: number[] = [];
  const onEpochEnd = (_: number, { loss }: { loss: number }): void => {
    const slot = trainer.engine.count('grown') - 1;
    best[slot] = Math.min(best[slot] ?? Infinity, loss);
    epochs[slot] = (epochs[slot] ?? 0) + 1;
  };
  await learner.fit(x, y, { epochs: 400, callbacks: { onEpochEnd } });
  expect(trainer.engine.count('grown')).toBe(SLOTS);
  expect(epochs.every((count) => count > 3)).toBe(true);
  for (const [slot, loss] of best.entries()) if (slot > 0) expect(loss).toBeLessThan(best[slot - 1]);
  expect(best[SLOTS - 1]).toBeLessThan(0.6 * best[0]);
  expect(learner.evaluate(x, y).accuracy).toBeGreaterThan(0.9);
  expect(learner.memory()).toMatchObject({ plannedBytes: planned, usedBytes: planned, strayBytes: 0 });
});

test('a slot that is there stays as it is while the next one learns', async () => {
  const { learner, trainer } = await start();
  const firstSlot = (): unknown => Object.entries(learner.weights()).filter(([name]) => name.startsWith('slot_1/'));
  let [asLeft, raisedAt]: [unknown, number] = [null, -1];
  const onEpochEnd = (epoch: number): void => {
    if (trainer.engine.count('grown') === 1) [asLeft, raisedAt] = [firstSlot(), epoch];
  };
  const { epoch } = await learner.fit(x, y, { epochs: 100, callbacks: { onEpochEnd } });
  expect(epoch.length - 1).toBeGreaterThan(raisedAt);
  expect(firstSlot()).toEqual(asLeft);
});

test('a checkpoint keeps what has grown; reset begins anew', async () => {
  const [{ learner, trainer }, { learner: other, trainer: otherTrainer }] = [await start(), await start()];
  const fresh = other.weightHash();
  await learner.fit(x, y, { epochs: 100 });
  const grown = trainer.engine.count('grown');
  expect(grown).toBeGreaterThan(1);
  other.restore(learner.save());
  expect(otherTrainer.engine.count('grown')).toBe(grown);
  expect(other.predict(x)).toEqual(learner.predict(x));
  await other.resize({ batchSize: 7 });
  expect(otherTrainer.engine.count('grown')).toBe(grown);
  expect(other.predict(x)).toEqual(learner.predict(x));
  other.reset();
  expect(otherTrainer.engine.count('grown')).toBe(1);
  expect(other.weightHash()).toBe(fresh);
});

test('a slot that is not there answers nothing, and another fit raises no count beyond what was planned', async () => {
  const { learner, trainer } = await start();
  const before = learner.predict(x.subarray(0, 2));
  const later = Object.fromEntries(Object.entries(learner.weights()).filter(([name]) => !name.startsWith('slot_1/')));
  for (const { values } of Object.values(later)) values.fill(1);
  learner.setWeights(later);
  expect(learner.predict(x.subarray(0, 2))).toEqual(before);
  for (let again = 0; again < 2; again++) await learner.fit(x, y, { epochs: 200 });
  expect(trainer.engine.count('grown')).toBe(SLOTS);
});

test('no slot waits for one behind it', () => {
  const { program, course } = recordLearner({ network, rule: boost(), batchSize: BATCH });
  expect(analyse(program, trainingPhases(course))).toMatchObject({ locality: LOCAL, units: SLOTS });
});
