// The SGD step at TensorFlow.js's best: the gradients written by hand, with explicit transposes, because the library's
// own gradient of a matrix product takes a slow path. Dense layers only. With p = softmax(z):
//   dL/dz = (p - onehot) / B,  dW = h^T dz,  dh = dz W^T

import type { Cannot, StepCase, StepRunner } from '../contender.ts';
import type { Dense, Layer } from '../network.ts';
import { type OnBackend, oneHot, type Tensor } from './tfjs.ts';

const isDense = (layer: Layer): layer is Dense => layer.kind === 'dense';

export function handStep(
  { tf, activate }: OnBackend,
  stepCase: StepCase,
  layers: readonly Layer[],
): StepRunner | Cannot {
  if (!layers.every(isDense)) return { cannot: 'as tfjs-wasm: no kernel for the gradient of a convolution' };
  const { batch, learningRate } = stepCase;
  const classes = layers[layers.length - 1].outputs;
  const parameters = layers.map(({ weight, bias, inputs, outputs, relu }) =>
    tf.tidy(() => ({
      weight: tf.variable(tf.tensor(weight, [inputs, outputs])),
      bias: tf.variable(tf.tensor(bias, [outputs])),
      activation: relu ? ('relu' as const) : ('linear' as const),
    })),
  );

  const trainStep = (x: Float32Array, y: Int32Array) => {
    const target = tf.tensor(oneHot(y, classes), [batch, classes]);
    const hidden = [tf.tensor(x, [batch, x.length / batch])];
    for (const [i, { weight, bias, activation }] of parameters.entries()) {
      hidden.push(tf.fused.matMul({ a: hidden[i], b: weight, bias, activation }));
    }
    const logits = hidden[layers.length];
    const exponentials = tf.exp(tf.sub(logits, tf.max(logits, 1, true)));
    const p = tf.div(exponentials, tf.sum(exponentials, 1, true));

    let scaledGradient: Tensor = tf.mul(tf.sub(p, target), learningRate / batch);
    for (let i = layers.length - 1; i >= 0; i--) {
      const { weight, bias } = parameters[i];
      const weightStep = tf.matMul(tf.transpose(hidden[i]), scaledGradient);
      const biasStep = tf.sum(scaledGradient, 0);
      if (i > 0) {
        const intoHidden = tf.matMul(scaledGradient, tf.transpose(weight));
        scaledGradient = tf.mul(intoHidden, tf.step(hidden[i]));
      }
      weight.assign(tf.sub(weight, weightStep));
      bias.assign(tf.sub(bias, biasStep));
    }
    const probabilities = tf.sum(tf.mul(p, target), 1).dataSync();
    return -probabilities.reduce((sum, probability) => sum + Math.log(probability), 0) / batch;
  };

  return {
    activate,
    step: (x, y) => tf.tidy(() => trainStep(x, y)),
    dispose() {
      for (const { weight, bias } of parameters) {
        weight.dispose();
        bias.dispose();
      }
    },
  };
}
