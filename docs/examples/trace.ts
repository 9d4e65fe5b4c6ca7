// A layer outside the library: each input leaves a trace that fades, by a gain that learns. See docs/write-a-layer.md.
//
//   y_t = d y_(t-1) + (1 + g) x_t        at rest y_0 = 0; g = 0 at first
//
// What learns from one step alone gets dL/dg = sum of dy_t x_t over the batch; through time, dy_t has d dy_(t+1) added.

import {
  constant,
  expectNumber,
  expectRank,
  PerFeature,
  productSite,
  type Expression,
  type Layer,
  type LayerContext,
  type Program,
  type Word,
} from '../../src/author.ts';
import { f32, type LayerOptions, type LayerSpec } from '../../src/index.ts';

/**
 * Features of a sequence, each with a trace of decay `decay`, at least 0 and below 1.
 * @throws ShapeError (when the network is declared) for another decay, or an input that is not one axis.
 */
export const trace = (decay: number, { name }: LayerOptions = {}): LayerSpec => ({
  type: 'trace',
  name,
  config: { decay },
  timed: true,
  outputShape(inputShape, layer) {
    expectNumber(layer, 'decay', decay, 0, 1);
    expectRank(layer, inputShape, 1, '[features]: put flatten() before it');
    return inputShape;
  },
  parameterCount: ([features]) => features,
  record: (p, context) => recordTrace(p, context, decay),
});

export const traceWord: Word = {
  form: 'traceD',
  about: 'a trace of each feature, of decay D',
  layers: ({ D }) => [trace(D ?? 0)],
};

function recordTrace(p: Program, { name, batch, inputShape, trained }: LayerContext, decay: number): Layer {
  const shape = [batch, ...inputShape];
  const [state, adjoint] = ['state', 'adjoint'].map((what) =>
    p.tensor({ name: `${name}/${what}`, shape, role: 'state' }),
  );
  const gain = f32.weight(p, {
    name: `${name}/gain`,
    shape: inputShape.map(constant),
    initializer: 'zeros',
    kind: 'bias',
    trained,
  });
  const factor = (): Expression => new PerFeature(gain.parts[0].buffer).plus(1);
  return {
    name,
    type: 'trace',
    weights: [gain],
    begin: (program, way) => program.zero(way === 'forward' ? state : adjoint),
    forward(program, x) {
      program.write(state, state.times(decay).plus(x.times(factor())));
      return { input: x, output: state };
    },
    back(program, { input: x }, delta, to) {
      const dy = to.through === true ? program.compute(`${name}/dy`, delta.plus(adjoint)) : delta;
      if (to.through === true) program.write(adjoint, dy.times(decay));
      const dx = to.pull === true ? program.compute(`${name}/dx`, dy.times(factor())) : null;
      if (to.sink !== undefined) {
        const ones = program.tensor({ name: `${name}/ones`, shape: [batch, 1], role: 'scratch' });
        program.write(ones, 1);
        to.sink.learn(program, productSite({ weight: gain, bias: null }, ones, dy.times(x)));
      }
      return dx;
    },
  };
}
