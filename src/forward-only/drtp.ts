// Direct random target projection: each hidden layer is pushed along a fixed random projection of the label, whatever it
// computed; only the output layer sees an error. No layer waits for another one.
//
//   g_k = y* B_k;   W_k <- update(W_k, x_k^T (g_k f'(z_k)));   output layer: its own loss
//
// B_k ~ U(-b, b), b = sqrt(6 / n_k) over the n_k outputs of the layer. As in the authors' code, g_k is summed over the
// batch while the output's loss is a mean; with Adam that is immaterial, with SGD it sets the hidden layers' rate.
//
// Source: Frenkel, Lefebvre, Bol: Learning without feedback. Front. Neurosci. 15:629892 (2021), arXiv 1909.01311.

import { fixed, product } from '../../runtime/program/dim.ts';
import { outcome, recordLoss, type LossName } from '../layers/loss.ts';
import { adam, recordOptimizer, type Optimizer } from '../quantization/optimizer.ts';
import { recordLocal } from './local.ts';
import { drawProjection, project } from './projection.ts';
import { recordPredict, type Rule } from './rule.ts';
