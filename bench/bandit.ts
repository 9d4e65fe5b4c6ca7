import { createLearner, dense, lif, rate, reward, sequential, stdp } from '../src/index.ts';
import { subset } from '../src/data/dataset.ts';
import { loadDataset } from '../src/data/node/sources.ts';
import { argmax } from '../src/tasks/host/host.ts';
import { uniform } from './random.ts';

const N = Number(process.env.N ?? 3000),
  PASSES = Number(process.env.P ?? 2),
  BATCH = 32,
  EPS = Number(process.env.EPS ?? 0.1);
const { train, test } = await loadDataset('mnist');
const few = subset(
  train,
  Array.from({ length: N }, (_, i) => i),
);
const judged = subset(
  test,
  Array.from({ length: 2000 }, (_, i) => i),
);
const network = sequential([784], [rate(), dense(400), lif({ decay: 0.9 }), dense(10)], {
  steps: Number(process.env.T ?? 30),
  input: 'still',
});
const right = (answers: Float32Array, labels: ArrayLike<number>) => {
  let r = 0;
  for (let i = 0; i < labels.length; i++) if (argmax(answers, i * 10, 10) === labels[i]) r++;
  return r / labels.length;
};
const rule = stdp({ target: 0.1 });
if (process.env.SUP) {
  const learner = await createLearner({ network, rule, batchSize: BATCH });
  await learner.fit(few.inputs, few.labels, { epochs: PASSES });
  console.log('supervised', right(learner.predict(judged.inputs), judged.labels));
} else {
  const learner = await createLearner({ network, rule, task: reward(10), batchSize: BATCH });
  const draw = uniform(1);
  let got = 0,
    n = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    for (let at = 0; at < few.count; at += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, few.count - at) }, (_, i) => at + i);
      const x = subset(few, rows);
      const q = learner.predict(x.inputs);
      const rewards = rows.map((row, i) => {
        const action = draw() < EPS ? Math.floor(10 * draw()) : argmax(q, i * 10, 10);
        return { action, reward: action === few.labels[row] ? 1 : 0 };
      });
      for (const r of rewards) {
        got += r.reward;
        n++;
      }
      learner.trainOnBatch(x.inputs, rewards);
      if (n % 1000 < 32) {
        console.log(process.env.STDP_F, process.env.STDP_B, n, got / ((n % 1000) + 1000 > 1000 ? 1000 : 1000));
        got = 0;
      }
    }
  }
  console.log('bandit', process.env.STDP_F, process.env.STDP_B, right(learner.predict(judged.inputs), judged.labels));
}
