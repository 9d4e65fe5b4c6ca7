// Multi-label classification on the host: a label is said to hold where its answer is at least one half.

import { InputError } from '../../errors.ts';
import { LOSS_JUMP, share, type Judgement, type TaskHost } from './host.ts';
import { readValues } from './values.ts';

/** Of one label. */
export interface LabelScores {
  readonly accuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface MultiLabelEvaluation extends Judgement {
  /** Share of labels that are answered rightly, over samples and labels. */
  readonly accuracy: number;
  /** Share of samples all of whose labels are. */
  readonly exactMatch: number;
  /** The mean over the labels of 2 precision recall / (precision + recall). */
  readonly f1: number;
  readonly labels: Readonly<Record<string, LabelScores>>;
}

export const multiLabelHost: TaskHost<Omit<MultiLabelEvaluation, keyof Judgement>> = {
  kind: 'multiLabel',
  called: 'labels',
  metrics: { exact: 'higher', acc: 'higher', f1: 'higher' },
  lossJump: LOSS_JUMP,
  read(input, outputs) {
    const targets = readValues(input, outputs);
    const row = new Float32Array(outputs.count);
    for (let index = 0; index < targets.count; index++) {
      targets.copy(index, row, 0);
      const at = row.findIndex((value) => value !== 0 && value !== 1);
      if (at >= 0) throw new InputError(`target ${index} has ${row[at]} at ${at}, wanted 0 or 1 for each label`);
    }
    return targets;
  },
  tally({ names, count: labels }) {
    const target = new Float32Array(labels);
    const [hits, said, there] = Array.from({ length: 3 }, () => new Uint32Array(labels));
    let [count, exact] = [0, 0];
    const scoresOf = (at: number): LabelScores => {
      const [precision, recall] = [share(hits[at], said[at]), share(hits[at], there[at])];
      const wrong = said[at] + there[at] - 2 * hits[at];
      return { accuracy: 1 - wrong / count, precision, recall, f1: share(2 * hits[at], said[at] + there[at]) };
    };
    const summed = (): { accuracy: number; exactMatch: number; f1: number } => {
      let [accuracy, f1] = [0, 0];
      for (let at = 0; at < labels; at++) {
        const scores = scoresOf(at);
        accuracy += scores.accuracy;
        f1 += scores.f1;
      }
      return { accuracy: accuracy / labels, exactMatch: exact / count, f1: f1 / labels };
    };
    return {
      clear() {
        for (const each of [hits, said, there]) each.fill(0);
        [count, exact] = [0, 0];
      },
      add(answers, at, targets, index) {
        targets.copy(index, target, 0);
        let right = 0;
        for (let i = 0; i < labels; i++) {
          const [says, holds] = [answers[at + i] >= 0.5, target[i] === 1];
          if (says) said[i]++;
          if (holds) there[i]++;
          if (says && holds) hits[i]++;
          if (says === holds) right++;
        }
        count++;
        if (right === labels) exact++;
      },
      get metrics() {
        const { accuracy, exactMatch, f1 } = summed();
        return { exact: exactMatch, acc: accuracy, f1 };
      },
      get result() {
        return { ...summed(), labels: Object.fromEntries(names.map((name, at) => [name, scoresOf(at)])) };
      },
    };
  },
};
