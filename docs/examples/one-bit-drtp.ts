// A learning rule outside the library: DRTP whose projections are one bit each, -b or b. See docs/write-a-rule.md.

import { adam, defineRule, drawProjection, project, recordLocal } from '../../src/index.ts';

const optimizer = adam(0.002);
const loss = 'binaryCrossEntropy';

export default defineRule({
  name: 'one-bit-drtp',
  paper: 'after Frenkel, Lefebvre, Bol, Front. Neurosci. 15:629892, 2021, with signs for projections',
  loss,
  optimizer,
  record: (p, network, context) =>
    recordLocal(p, network, context, {
      optimizer,
      loss,
      freeze: [],
      order: 'together',
      hiddenDelta(unit, output) {
        const target = { name: `${unit.name}/bits`, unit, output, classes: context.classes };
        const table = drawProjection(p, target, { kind: 'signs', scale: 0.1 });
        return project(table, context.label);
      },
    }),
});
