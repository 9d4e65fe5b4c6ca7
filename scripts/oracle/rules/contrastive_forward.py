"""Contrastive Forward-Forward: each hidden layer descends on the loss of its goodness for a sample beside itself and
beside another one, and hands both on; what a sample beside itself leaves is read out, by each layer beside those in
front of it.

Chen, Liu, Laydevant, Grollier, arXiv 2409.11593. Both halves have the same weights, so their sum enters the layer.
"""

import torch
import torch.nn.functional as F

from draws import draw_class
from network import descend


def train(network, x, task, options):
    x = normalized(x)
    read_out(network, 2 * x, task)
    other = draw_class("other", task.seed, torch.arange(len(x)), len(x))
    contrast(network, 2 * x, x + x[other], task.rate, options)


def read_out(network, x, task):
    told = torch.zeros(len(x), task.classes)
    for part in network.parts:
        y = part(x)
        if part.last:
            descend(task.loss(told + y), part.weights, task.rate)
            return
        if part.weights:
            y = normalized(y.detach())
            for R in readouts(part.name, task.weights):
                told = told + y.flatten(1) @ R
                before = told.detach()
                descend(task.loss(told), [R], task.rate)
                told = before
            if part is not network.units[-2]:
                y = 2 * y
        x = y.detach()


def contrast(network, positive, negative, rate, options):
    above, below, cost = (options[name] for name in ("above", "below", "cost"))
    for part in network.parts:
        if part.last:
            return
        positive, negative = part(positive), part(negative)
        if part.weights:
            G = [goodness(y) for y in (positive, negative)]
            loss = F.softplus(above - G[0]) + F.softplus(G[1] - below) + cost * G[0]
            descend(loss.mean(), part.weights, rate)
            positive, negative = (2 * normalized(y.detach()) for y in (positive, negative))


def goodness(y):
    return (y.flatten(1) ** 2).mean(dim=1)


def normalized(x):
    return F.layer_norm(x, x.shape[1:], eps=1e-5)


def readouts(unit, weights):
    return [weight for name, weight in weights.items() if name.startswith(f"{unit}/readout/")]
