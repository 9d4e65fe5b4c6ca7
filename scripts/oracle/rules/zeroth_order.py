"""Zeroth order: the slope of the loss between two points along a random direction z, of all weights at once.

    slope = (loss(W + e z) - loss(W - e z)) / 2e;   W <- W - rate slope z

Normalised, the slope of a first step is its sign. Of z a share stands, by another draw of each weight. The last layers
do not move, and descend on loss(W - e z).

Spall, IEEE Trans. Automatic Control 37 (1992); Malladi et al., arXiv 2305.17333. The direction of a weight is drawn in
the order in which it is stored: panels of eight columns, row after row.
"""

import math

import torch

from draws import draw
from network import descend


def train(network, x, task, options):
    names = {id(weight): name for name, weight in task.weights.items()}
    split = len(network.units) - options["last"]
    moving = [weight for unit in network.units[:split] for weight in unit.weights]
    last = [weight for unit in network.units[split:] for weight in unit.weights]
    z = [direction(names[id(weight)], weight, task.seed, options) for weight in moving]
    epsilon = options["epsilon"]

    @torch.no_grad()
    def move(distance):
        for weight, along in zip(moving, z, strict=True):
            weight += distance * along

    def loss():
        losses = [task.loss(output) for output in network.outputs(x)]
        return sum(losses) / len(losses)

    move(epsilon)
    above = loss().item()
    move(-2 * epsilon)
    below = loss()
    if last:
        descend(below, last, task.rate)
    move(epsilon)
    slope = (above - below.item()) / (2 * epsilon)
    move(-task.rate * (math.copysign(1, slope) if options["normalize"] else slope))


def direction(name, weight, seed, options):
    columns = weight.shape[-1]
    rows = weight.numel() // columns
    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    elements = ((column // 8 * rows + row) * 8 + column % 8).numpy()
    z = draw(options["draws"], seed, f"{name}/direction", elements)
    if options["share"] < 1:
        z *= (draw("uniform", seed, f"{name}/chosen", elements) + 1) / 2 < options["share"]
    return z.reshape(weight.shape)
