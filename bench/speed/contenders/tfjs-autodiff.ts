// The SGD step as TensorFlow.js users write it: fused layers, its gradients, its optimizer; without the cost of `fit`.

import type { StepCase, StepRunner } from '../contender.ts';
import { ends, type Layer } from '../network.ts';
import { type OnBackend, oneHot, type Tensor, type Tf, type Variable } from './tfjs.ts';

export function autodiffStep({ tf, activate }: OnBackend, stepCase: StepCase, layers: readonly Layer[]): StepRunner {
  const { batch, learningRate } = stepCase;
  const { classes } = ends(layers);
  const variables: Variable[] = [];
  const forward = layers.map((layer) => record(tf, layer, batch, variables));
  const sgd = tf.train.sgd(learningRate);

  return {
    activate,
    step: (x, y) =>
      tf.tidy(() => {
        const input = tf.tensor(x, [batch, x.length / batch]);
        const target = tf.tensor(oneHot(y, classes), [batch, classes]);
        const loss = () =>
          tf.losses.softmaxCrossEntropy(
            target,
            forward.reduce((h, layer) => layer(h), input),
          );
        return sgd.minimize(loss, true, variables).dataSync()[0];
      }),
    dispose() {
      for (const variable of variables) variable.dispose();
    },
  };
}

/** The forward function of one layer; its variables are appended to `variables`. */
function record(tf: Tf, layer: Layer, batch: number, variables: Variable[]): (x: Tensor) => Tensor {
  const variable = (values: Float32Array, shape: number[]) => {
    const created = tf.tidy(() => tf.variable(tf.tensor(values, shape)));
    variables.push(created);
    return created;
  };
  if (layer.kind === 'dense') {
    const { inputs, outputs, relu } = layer;
    const weight = variable(layer.weight, [inputs, outputs]);
    const bias = variable(layer.bias, [outputs]);
    const activation = relu ? 'relu' : 'linear';
    return (x) => tf.fused.matMul({ a: tf.reshape(x, [batch, inputs]), b: weight, bias, activation });
  }
  const { height, width, channels, size } = layer;
  if (layer.kind === 'pool') {
    return (x) => tf.maxPool(tf.reshape(x, [batch, height, width, channels]), size, size, 'valid');
  }
  const filter = variable(layer.weight, [size, size, channels, layer.filters]);
  const bias = variable(layer.bias, [layer.filters]);
  const image = [batch, height, width, channels];
  return (x) =>
    tf.fused.conv2d({ x: tf.reshape(x, image), filter, strides: 1, pad: 'valid', bias, activation: 'relu' });
}
