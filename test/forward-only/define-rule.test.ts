// Rules of one's own: what they are made of, and what they hand over when they are recorded, is refused by name where it
// is of no use.

import { expect, test } from 'vitest';
import { always, defineRule, layerwise, LOCAL, recordLearner } from '../../src/author.ts';
import { dense, RuleError, sequential, sgd, tpsgd, type Rule } from '../../src/index.ts';

const loose = <Given>(value: unknown): Given => value as Given;

/** Records a rule whose `record` gives this. */
const recordedBy = (record: unknown, more: object = {}): unknown => {
  const [optimizers, locality] = [{ optimizer: sgd(0.1) }, LOCAL];
  const rule = defineRule({ name: 'mine', paper: 'none', optimizers, locality, record: loose(record), ...more });
  return recordLearner({ network: sequential([3], [dense(4), dense(2)]), rule });
};
const by =
  (delta: unknown) =>
  (...[p, network, context]: Parameters<Rule['record']>): unknown =>
    layerwise(p, network, context, { delta: () => loose(delta) });
const untrained = (course: object) => (): unknown => ({ stages: [], predict: Number, ...course });

const refused: readonly [make: () => unknown, message: string][] = [
  [() => defineRule(loose({ ...tpsgd(), learn: [] })), "defineRule has no option 'learn'; it has name, paper"],
  [() => recordedBy(undefined), "the rule 'mine' has no 'record'"],
  [() => recordedBy(5), 'mine: record is 5, wanted a function (p, network, context)'],
  [() => recordedBy(Number, { optimizers: 3 }), 'mine: optimizers is 3, wanted optimizers by name'],
  [() => recordedBy(Number, { locality: 'local' }), "mine: locality is 'local', wanted what it claims"],
  [() => recordedBy(Number, { learns: 'all' }), "mine: learns is 'all', wanted a list, such as"],
  [() => recordedBy(Number, { learns: ['all'] }), "mine: learns is 'all', wanted one of classification,"],
  [() => recordedBy(Number, { head: 'none' }), "mine: head is 'none', wanted one of network, own"],
  [() => recordedBy(() => undefined), "mine: a phase it runs is 'train', wanted one it recorded: prepare"],
  [() => recordedBy(() => 5), 'mine: what record gives is 5, wanted nothing, or { stages, predict }'],
  [() => recordedBy(() => null), 'mine: what record gives is null, wanted nothing, or { stages, predict }'],
  [
    () => recordedBy(() => ({ stages: undefined, predict: undefined })),
    "mine: a phase it runs is 'train', wanted one it recorded: prepare",
  ],
  [
    () => recordedBy(() => ({ predcit: Number })),
    "the course of mine has no option 'predcit'; it has stages, predict, actions, tells",
  ],
  [() => recordedBy(untrained({ predict: 1 })), 'mine: predict is 1, wanted a function that gives a tensor'],
  [() => recordedBy(untrained({ stages: 'train' })), "mine: stages is 'train', wanted a list, such as"],
  [() => recordedBy(untrained({})), 'mine: the number of stages is 0, wanted a whole number of at least 1'],
  [
    () => recordedBy(untrained({ stages: [{ step: 'prepare', share: 1 }] })),
    "mine: stage 1 has no option 'share'; it has enter, step, leave, until",
  ],
  [
    () => recordedBy(untrained({ stages: [{ step: 'prepare', until: { share: 2 } }] })),
    'mine: until of stage 1 is { share }, wanted { share: above 0, to 1, of the epochs }, or { plateau',
  ],
  [
    () => recordedBy(untrained({ stages: [{ step: 'prepare', until: { plateau: 'loss' } }] })),
    'mine: until of stage 1 is { plateau }, wanted { share: above 0, to 1, of the epochs }, or { plateau',
  ],
  [
    () => recordedBy(untrained({ stages: always('train') })),
    "mine: a phase it runs is 'train', wanted one it recorded: prepare",
  ],
  [
    () => recordedBy(untrained({ stages: always('prepare'), predict: () => 7 })),
    'mine: what predict gives is 7, wanted a tensor',
  ],
  [() => recordedBy(by(5)), "mine: the delta of 'dense_1' is 5, wanted one, such as output.minus(target)"],
  [() => recordedBy(by(undefined)), "mine: the delta of 'dense_1' is undefined, wanted one, such as"],
  [() => defineRule(loose(undefined)), 'the options of defineRule are undefined, wanted an object'],
];

test.each(refused.map(([make, message]) => ({ make, message })))('$message', ({ make, message }) => {
  expect(make).toThrow(RuleError);
  expect(make).toThrow(message);
});

test('a rule that tells no course runs one phase, and the network answers', () => {
  const { course, program } = recordLearner({
    network: sequential([3], [dense(2)]),
    rule: defineRule({
      name: 'mine',
      paper: 'none',
      optimizers: {},
      locality: LOCAL,
      record(p) {
        p.phase('train', () => {});
      },
    }),
  });
  expect(course.stages).toMatchObject(always('train'));
  expect(program.phases.has('predict')).toBe(true);
});
