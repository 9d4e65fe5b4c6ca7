// Classification on the host: labels become class indices; the answer is the class with the largest output.

import { LOSS_JUMP, argmax, share, type Judgement, type TaskHost } from './host.ts';
import { readLabels, type LabelInput } from './labels.ts';

export interface Evaluation extends Judgement {
  /** Share of samples whose most probable class is the label. */
  readonly accuracy: number;
  /** Of each class the share of its answers that are right; 0 where it never was the answer. */
  readonly precision: number[];
  /** Of each class the share of its samples that are found; 0 where there is none. */
  readonly recall: number[];
  /** confusion[label][predicted], in counts. */
  readonly confusion: number[][];
}

export const classificationHost: TaskHost<Omit<Evaluation, keyof Judgement>> = {
  kind: 'classification',
  called: 'labels',
  metrics: { acc: 'higher' },
  lossJump: LOSS_JUMP,
  read(input, { names }) {
    const labels = readLabels(input as LabelInput, names);
    return {
      count: labels.length,
      copy(index, out, offset) {
        out[offset] = labels[index];
      },
    };
  },
  tally({ count: classes }, isWhole) {
    const [counts, label] = [new Uint32Array(isWhole ? classes * classes : 0), new Int32Array(1)];
    let [count, correct] = [0, 0];
    return {
      clear() {
        if (isWhole) counts.fill(0);
        [count, correct] = [0, 0];
      },
      add(answers, at, targets, index) {
        const predicted = argmax(answers, at, classes);
        targets.copy(index, label, 0);
        if (isWhole) counts[label[0] * classes + predicted]++;
        count++;
        if (predicted === label[0]) correct++;
      },
      get metrics() {
        return { acc: correct / count };
      },
      get result() {
        const confusion = Array.from({ length: classes }, (_, row) => [
          ...counts.subarray(row * classes, (row + 1) * classes),
        ]);
        const hits = confusion.map((row, at) => row[at]);
        const answered = hits.map((_, at) => confusion.reduce((total, row) => total + row[at], 0));
        const labelled = confusion.map((row) => row.reduce((total, value) => total + value, 0));
        return {
          accuracy: correct / count,
          precision: hits.map((hit, at) => share(hit, answered[at])),
          recall: hits.map((hit, at) => share(hit, labelled[at])),
          confusion,
        };
      },
    };
  },
};

/**
 * Whether a rule learns where the control does: it gains at least half of what the control gains over the trivial
 * answer (naming the commonest class). The figures of one that does not are figures of nothing.
 */
export const learnsBeside = (score: number, control: number, trivial: number): boolean =>
  control > trivial && score - trivial >= (control - trivial) / 2;
