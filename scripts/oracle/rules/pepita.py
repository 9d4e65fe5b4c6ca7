"""PEPITA: a layer descends on (h - h') . z(h'), z what its activation sees, h its outputs for x and h' for x + s e F.

Dellaferrera, Kreiman, ICML 2022. e is the derivative of each sample's loss by the outputs, h - h' is held fixed, and
the mean over the samples is taken. F is drawn from U(-b, b), b = sqrt(6 / n) over the n features of a sample.
"""

import torch

from draws import fixed
from network import descend


def train(network, x, task, options):
    output = x
    for part in network.parts:
        output = part(output)
    (e,) = torch.autograd.grad(len(x) * task.loss(output), output)
    F = fixed(task.seed, f"{network.units[0].name}/feedback/weight", [x[0].numel(), task.classes], gain=6)
    h, other = x, x + options["scale"] * (e @ F.T).view_as(x)
    for part in network.parts:
        seen = other
        h, other = part(h).detach(), part(other).detach()
        if part.weights:
            (layer,) = part
            z = layer.product(seen, layer.weight) + layer.bias
            change = e if part.last else h - other
            descend((change * z).sum() / len(x), part.weights, task.rate)
