"""Contrastive Forward-Forward: each hidden layer descends on the loss of its goodness for a sample beside itself and
beside another one; the last one reads out what the positives left.

Chen, Liu, Laydevant, Grollier, arXiv 2409.11593. Both halves have the same weights, so their sum enters the layer.
"""

import torch
import torch.nn.functional as F

from draws import draw_class
from network import descend


def train(network, x, task, options):
    above, below, cost = (options[name] for name in ("above", "below", "cost"))
    other = draw_class("other", task.seed, torch.arange(len(x)), len(x))
    x = 2 * normalized(x)
    for part in network.parts:
        y = part(x)
        if part.last:
            descend(task.loss(y), part.weights, task.rate)
            return
        if part.weights:
            positive, negative = (goodness(output) for output in (y, part((x + x[other]) / 2)))
            loss = F.softplus(above - positive) + F.softplus(negative - below) + cost * positive
            descend(loss.mean(), part.weights, task.rate)
            y = normalized(y.detach()) * (1 if part is network.units[-2] else 2)
        x = y.detach()


def goodness(y):
    return (y.flatten(1) ** 2).mean(dim=1)


def normalized(x):
    return F.layer_norm(x, x.shape[1:], eps=1e-5)
