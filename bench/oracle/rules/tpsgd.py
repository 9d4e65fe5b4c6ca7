"""tpSGD: each hidden layer descends on a loss J(t, y) of its own, t = P y* a fixed random projection of the label.

Lomnitz, Daniels, Zhang, Piacentino, arXiv 2208.08503. J is a mean over the samples, and half the square for `l2`. Time
is not looked back into: a layer descends at every step.
"""

import torch.nn.functional as F

from draws import table
from network import descend

J = {
    "l2": lambda t, y: ((t - y) ** 2).sum() / 2,
    "l1": lambda t, y: (t - y).abs().sum(),
    "crossEntropy": lambda t, y: F.binary_cross_entropy_with_logits(y, (t > 0).double(), reduction="sum"),
}


def train(network, x, task, options):
    kind, scale = options["projection"]["kind"], options["projection"]["scale"]

    def learn(part, y):
        if part.last:
            loss = task.loss(y) / network.scored
        else:
            P = scale * table(kind, task.seed, f"{part.name}/target", [task.classes, *y.shape[1:]])
            loss = J[options["localLoss"]](P[task.labels], y) / len(y)
        descend(loss, part.weights, task.rate)

    network.walk(x, learn)
