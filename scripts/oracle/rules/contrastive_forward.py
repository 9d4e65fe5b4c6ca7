"""Contrastive Forward-Forward: each hidden layer descends on the loss of its goodness for a sample beside itself and
beside another one; what the positives left is read out, by each layer beside those in front of it.

Chen, Liu, Laydevant, Grollier, arXiv 2409.11593. Both halves have the same weights, so their sum enters the layer.
"""

import torch
import torch.nn.functional as F

from draws import draw_class
from network import descend


def train(network, x, task, options):
    above, below, cost = (options[name] for name in ("above", "below", "cost"))
    other = draw_class("other", task.seed, torch.arange(len(x)), len(x))
    told = torch.zeros(len(x), task.classes)
    x = 2 * normalized(x)
    for part in network.parts:
        y = part(x)
        if part.last:
            descend(task.loss(told + y), part.weights, task.rate)
            return
        if part.weights:
            positive, negative = (goodness(output) for output in (y, part((x + x[other]) / 2)))
            loss = F.softplus(above - positive) + F.softplus(negative - below) + cost * positive
            descend(loss.mean(), part.weights, task.rate)
            y = normalized(y.detach())
            for R in readouts(part.name, task.weights):
                told = told + y.flatten(1) @ R
                before = told.detach()
                descend(task.loss(told), [R], task.rate)
                told = before
            if part is not network.units[-2]:
                y = 2 * y
        x = y.detach()


def goodness(y):
    return (y.flatten(1) ** 2).mean(dim=1)


def normalized(x):
    return F.layer_norm(x, x.shape[1:], eps=1e-5)


def readouts(unit, weights):
    return [weight for name, weight in weights.items() if name.startswith(f"{unit}/readout/")]
