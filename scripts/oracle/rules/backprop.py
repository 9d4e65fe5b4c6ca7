"""Backpropagation, through time where there is time: the gradient of the mean loss of all outputs that are scored.

Rumelhart, Hinton, Williams, Nature 323 (1986); Werbos, Proc. IEEE 78 (1990).
"""

from network import descend


def train(network, x, task, options):
    losses = [task.loss(output) for output in network.outputs(x)]
    descend(sum(losses) / len(losses), network.weights, task.rate)
