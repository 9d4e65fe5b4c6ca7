"""Zeroth order: the slope of the loss between two points along a random direction z, of all weights at once.

    slope = (loss(W + e z) - loss(W - e z)) / 2e;   W <- W - rate slope z

Spall, IEEE Trans. Automatic Control 37 (1992); Malladi et al., arXiv 2305.17333. The direction of a weight is drawn in
the order in which it is stored: panels of eight columns, row after row.
"""

import torch

from draws import draw


@torch.no_grad()
def train(network, x, task, options):
    names = {id(weight): name for name, weight in task.weights.items()}
    weights = network.weights
    z = [direction(names[id(weight)], weight, task.seed, options["draws"]) for weight in weights]
    epsilon = options["epsilon"]

    def move(distance):
        for weight, along in zip(weights, z, strict=True):
            weight += distance * along

    def loss_at(distance):
        move(distance)
        losses = [task.loss(output) for output in network.outputs(x)]
        move(-distance)
        return sum(losses) / len(losses)

    slope = (loss_at(epsilon) - loss_at(-epsilon)) / (2 * epsilon)
    move(-task.rate * slope)


def direction(name, weight, seed, kind):
    columns = weight.shape[-1]
    rows = weight.numel() // columns
    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    elements = (column // 8 * rows + row) * 8 + column % 8
    return draw(kind, seed, f"{name}/direction", elements.numpy()).reshape(weight.shape)
