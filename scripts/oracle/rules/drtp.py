"""DRTP: the gradient at each hidden layer's output is y* B, whatever it computed: it descends on J = sum (y* B) . y.

Frenkel, Lefebvre, Bol, arXiv 1909.01311. B is drawn from U(-b, b), b = sqrt(6 / n) over the layer's n outputs, and J is
a sum over the samples, as in the authors' code; the loss at the output is a mean.
"""

from math import prod, sqrt

from draws import table
from network import descend


def train(network, x, task, options):
    def learn(part, y):
        if part.last:
            loss = task.loss(y) / network.scored
        else:
            shape = y.shape[1:]
            b = sqrt(6 / prod(shape))
            B = b * table("uniform", task.seed, f"{part.name}/projection", [task.classes, *shape])
            loss = (B[task.labels] * y).sum()
        descend(loss, part.weights, task.rate)

    network.walk(x, learn)
