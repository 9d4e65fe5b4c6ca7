// A learning rule outside the library: DRTP whose projections are one bit each, -b or b. See docs/write-a-rule.md.

import { defineRule, layerwise, LOCAL } from '../../src/author.ts';
import { adam } from '../../src/index.ts';

export default defineRule({
  name: 'one-bit-drtp',
  paper: 'after Frenkel, Lefebvre, Bol, Front. Neurosci. 15:629892, 2021, with signs for projections',
  optimizers: { optimizer: adam(0.002) },
  locality: LOCAL,
  record: (p, network, context) =>
    layerwise(p, network, context, {
      delta: (unit, y) => context.task.project(p, `${unit.name}/bits`, y, { kind: 'signs', scale: 0.1 }),
    }),
});
