"""DECOLLE: a hidden weight descends, at every step, on dL/dz . u, L the loss of a fixed random read-out of its layer.

Kaiser, Mostafa, Neftci, Frontiers in Neuroscience 14:424 (2020), with the task's loss. u is the potential without
resets; G is drawn from U(-b, b), b = sqrt(3 / n) over the layer's n outputs.
"""

import torch

from draws import fixed
from network import descend
from traces import remembered


def train(network, x, task, options):
    memories = remembered(network)

    def learn(part, s):
        if part.last:
            loss = task.loss(s) / (network.scored if part in network.timed else 1)
        else:
            loss = task.loss(s.flatten(1) @ readout(task, part.name, s))
        deltas = torch.autograd.grad(loss, [memory.layer.z for memory in memories[part]])
        total = sum((delta * memory.u()).sum() for delta, memory in zip(deltas, memories[part], strict=True))
        descend(total, part.weights, task.rate)

    network.walk(x, learn)


def readout(task, unit, s):
    """Named by the layer that it is: of an image, which it flattens, the last of a block."""
    name = f"{unit}/readout/weight" if s.dim() == 2 else f"{unit}/readout/dense_1/weight"
    return fixed(task.seed, name, [s[0].numel(), task.classes], gain=3)
