// Slow traces, of neurons whose thresholds adapt: what a threshold remembers of what came in. There is one for every
// synapse and sample, as how much of it came to spikes is the neuron's own; eprop.ts has the equations.

import { f32_eligibility } from '../../../runtime/simd/kernels/f32-eligibility.ts';
import { times, view } from '../../../runtime/program/buffer.ts';
import { capacity, describeShape, product, type Dim } from '../../../runtime/program/dim.ts';
import type { Tensor } from '../../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../../runtime/program/program.ts';
import type { Back, Memory } from '../../layers/layer.ts';
import { columnsOf } from '../../quantization/site.ts';
import { learningColumns, type LearnSite } from '../../quantization/storage.ts';
import { RuleError } from '../rule.ts';

/** Neurons that adapt, and what their potentials have of what came in. */
type Asked = NonNullable<Memory['adapts']> & { readonly z: Tensor };

/** Has weights in front of neurons that adapt learn by slow traces too, which begin at rest here. */
export function slowTraces(rule: string, p: Program): (to: Back) => Back {
  const here = p.place();
  return (to) => {
    const { trace, sink } = to;
    if (trace === undefined || sink === undefined) return to;
    // a product asks for the trace of its input, and then learns
    let asked: Asked | undefined;
    return {
      ...to,
      trace(x, memory) {
        const z = trace(x, memory);
        asked = memory?.adapts && { ...memory.adapts, z };
        return z;
      },
      sink: {
        learn(q, site) {
          const of = site.weight.trained ? asked : undefined;
          asked = undefined;
          sink.learn(q, of === undefined ? site : adaptive(rule, q, site, of, here));
        },
      },
    };
  };
}

function adaptive(
  rule: string,
  p: Program,
  { weight, factors, ...site }: LearnSite,
  { slope, adaptation, decay, z }: Asked,
  here: (record: () => void) => void,
): LearnSite {
  const { name, rows, columns: units } = weight;
  const { batch } = z;
  const neurons = product(slope.shape?.slice(1) ?? []);
  const isWhole = name.endsWith('/weight') && describeShape([neurons]) === describeShape([units]);
  if (factors === undefined || !isWhole) {
    const what = `${rule} keeps a slow trace for every synapse of neurons that adapt`;
    throw new RuleError(
      `${what}, and '${name}' is not the weight of a dense layer in front of them: wanted that, or slowTraces: false`,
    );
  }
  const state = (what: string, ...shape: (Dim | number)[]): Tensor =>
    p.tensor({ name: `${name}/${what}`, role: 'state', shape });
  const slow = state('slow', batch, rows, paddedColumns(learningColumns(weight)));
  const met = state('met', batch, rows);
  here(() => p.zero(slow, met));
  p.write(met, met.max(z.map('abs')));
  return {
    ...site,
    weight,
    gradient(q, width, spend) {
      factors(q, width, ({ x, dz, dzStride, first, columns, bias }) => {
        const whole = paddedColumns(columns);
        const panels = view(q.buffer({ name: `${name}/gradient`, role: 'scratch', shape: [rows * whole] }));
        const [steep, slopeStride] = columnsOf(q, `${name}/slope`, slope, batch, { first, columns });
        q.call(f32_eligibility, {
          gradient: panels,
          slow: slow.at(times(first, capacity(batch) * rows)),
          ...{ x, met, dz, slope: steep, adaptation, kept: decay },
          ...{ batch, inputs: rows, columns: whole, dzStride, slopeStride },
        });
        spend({ panels, bias, first, columns });
      });
    },
  };
}
