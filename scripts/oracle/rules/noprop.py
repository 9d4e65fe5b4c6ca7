"""NoProp: each block descends on the distance of what it makes of a sample and a noised label to the label.

Li, Teh, Pascanu, arXiv 2503.24322. u = softmax(block(x, z)) W, z = l u_y + n eps; the declared network is the pattern
of a block, in which z, and hats over [0, 1] where a block is told t, stand beside the features of one axis.
"""

from math import exp, pi, sin

import torch
import torch.nn.functional as F

from draws import draw
from network import descend, parts_of, run

HATS = 8


class Network:
    """Blocks of the declared layers, each with weights under its name."""

    def __init__(self, declared, weights):
        self.declared, self.weights = declared, weights
        self.flat = next(i for i, layer in enumerate(declared["layers"]) if layer["type"] == "dense")

    def answer(self, name, *given):
        x, *beside = (part for part in given if part is not None)
        features = run(self.layers(f"{name}/below", slice(self.flat)), x)
        return run(self.layers(f"{name}/above", slice(self.flat, None)), torch.cat([features, *beside], dim=1))

    def layers(self, name, which):
        layers = [{**layer, "name": f"{name}/{layer['name']}"} for layer in self.declared["layers"][which]]
        return parts_of({**self.declared, "layers": layers}, self.weights)


def train(network, x, task, options):
    table = task.weights.get("embedding/table/weight")
    if table is None:
        label = task.one_hot
    else:
        label = table.detach()[task.labels]
    for name, l, n, weight, told in moments(len(x), task, options):
        z = l * label + n * normal(f"{name}/eps", label, task)
        shares = F.softmax(network.answer(name, x, told, z), dim=1)
        u = shares if table is None else shares @ table.detach()
        loss = (weight * ((u - label) ** 2).sum(dim=1, keepdim=True)).sum() / 2 / len(x)
        descend(loss, [w for key, w in task.weights.items() if key.startswith(f"{name}/")], task.rate)
    if options["embedding"] == "learned":
        u = table[task.labels]
        z = u + 0.1 * normal("embedding/eps", u, task)
        descend(F.cross_entropy(z @ table.T, task.labels), [table], task.rate)
    elif options["embedding"] == "prototype":
        descend(((table[task.labels] - x.flatten(1)) ** 2).sum() / 2 / len(x), [table], 0.5)


def moments(samples, task, options):
    """For each block its name, l, n, the weight of its loss, and what it is told."""
    steps = options["steps"]
    if options["time"] == "discrete":
        for t in range(steps):
            s = sin(pi / 2 * (t + 0.5) / (steps + 1)) ** 2
            yield f"block_{t + 1}", s**0.5, (1 - s) ** 0.5, 1, None
        return
    t = rows("uniform", "block/t", samples, 1, task)
    t = (t + 1) / 2 * (1 - 1 / steps)
    told = F.relu(1 - (t * (HATS - 1) - torch.arange(HATS)).abs())
    if options["time"] == "continuous":
        s = torch.sigmoid(10 * t - 5)
        snr_slope = 10 * s / (1 - s)
        yield "block", s**0.5, (1 - s) ** 0.5, snr_slope / (10 * exp(5)), told
    else:
        yield "block", t, 1 - t, 1 / (steps * (1 - t) ** 2), told


def normal(stream, like, task):
    return rows("normal", stream, *like.shape, task)


def rows(kind, stream, samples, columns, task):
    """Draws of each sample, its elements numbered from 0."""
    return torch.stack([draw(kind, task.seed, stream, range(columns), sample=row) for row in range(samples)])
