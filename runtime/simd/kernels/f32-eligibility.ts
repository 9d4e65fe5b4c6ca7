// f32_eligibility: the weight gradient of a dense layer in front of neurons whose thresholds adapt, by e-prop, and
// their slow traces a step on:
//
//   c[b][i][o] = x[b][i] - adaptation * slow[b][i][o];   gradient[i][o] = sum over b of dz[b][o] c[b][i][o]
//   slow[b][i][o] <- kept * slow[b][i][o] + slope[b][o] c[b][i][o]
//
// Where `met` is 0 nothing came in so far, nothing is remembered, and nothing is done. The gradient is in panels
// (panels.ts), and so is what is slow, panel by panel, of each the samples one after another.

import type { F32 } from '../../wasm/values.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { flush, flushed } from '../parts/flush.ts';
import { padded, PANEL, panelCount, panelIndex } from '../parts/panels.ts';

const parameters = {
  gradient: f32.out('inputs', padded('columns')),
  slow: f32.inOut('batch', 'inputs', padded('columns')),
  x: f32.in('batch', 'inputs'),
  met: f32.in('batch', 'inputs'),
  dz: f32.in('batch', 'dzStride'),
  slope: f32.in('batch', 'slopeStride'),
  adaptation: f32,
  kept: f32,
  batch: size,
  inputs: size,
  columns: size,
  dzStride: size,
  slopeStride: size,
};

export const f32_eligibility = kernel('f32_eligibility', parameters, (k, args) => {
  const { dz, slope, batch, inputs, columns, dzStride, slopeStride } = args;
  const [adaptation, kept] = [args.adaptation, args.kept].map((value) => k.let(k.f32x4(value)));
  const elements = k.let(inputs.mul(PANEL));
  k.for(0, columns, PANEL, (column) => {
    const panel = k.pointer('f32', k.let(args.gradient.plus(column.mul(inputs)).address));
    k.lanes(elements, (i) => panel.at(i).set(0));
    k.for(0, batch, 1, (b) => {
      const [x, met] = [args.x, args.met].map((of) => k.pointer('f32', k.let(of.plus(b.mul(inputs)).address)));
      const own = k.pointer('f32', k.let(args.slow.plus(column.mul(batch).add(b.mul(PANEL)).mul(inputs)).address));
      const [told, steep] = [dz.plus(b.mul(dzStride)), slope.plus(b.mul(slopeStride))];
      const halves = [0, 4].map((half) => {
        const [delta, g] = [told, steep].map((row) => k.let(row.vector(column.add(half))));
        return { half, delta, g };
      });
      k.for(0, inputs, 1, (i) => {
        k.if(met.at(i).ne(0), () => {
          const seen = k.let(x.plus(i).splat());
          const row = k.let(i.mul(PANEL));
          for (const { half, delta, g } of halves) {
            const [sum, trace] = [panel, own].map((of) => of.plus(row).vector(half));
            const before = k.let(trace);
            const c = k.let(seen.sub(adaptation.mul(before)));
            sum.set(sum.add(delta.mul(c)));
            trace.set(flush<F32>(k, kept.mul(before).add(g.mul(c))));
          }
        });
      });
    });
  });
});

export const trials = (): Trials => ({
  sparse: ['met'],
  cases: [
    [1, 3, 8],
    [5, 4, 13],
    [7, 13, 24],
  ].map(([batch, inputs, columns]) => {
    const stride = panelCount(columns) * PANEL;
    return { batch, inputs, columns, dzStride: stride, slopeStride: stride + 8 };
  }),
});

export function reference(args: Referenced<typeof parameters>): void {
  const { gradient, slow, x, met, dz, slope, adaptation, kept, batch, inputs, columns, dzStride, slopeStride } = args;
  const { fround } = Math;
  for (let o = 0; o < panelCount(columns) * PANEL; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let b = 0; b < batch; b++) {
        if (met[b * inputs + i] === 0) continue;
        const at = panelIndex(batch * inputs, b * inputs + i, o);
        const c = fround(x[b * inputs + i] - fround(adaptation * slow[at]));
        sum = fround(sum + fround(dz[b * dzStride + o] * c));
        slow[at] = flushed(fround(fround(kept * slow[at]) + fround(slope[b * slopeStride + o] * c)));
      }
      gradient[panelIndex(inputs, i, o)] = sum;
    }
  }
}
