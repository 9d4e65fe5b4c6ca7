"""Feedback alignment: backpropagation, but what a layer hands back goes through fixed random weights B, not its own W.

Lillicrap, Cownden, Tweed, Akerman, Nature Communications 7 (2016). With y = f(x W + b) the delta of x is that of
f(x B + (x W + b - x B)), where the bracket is held fixed.
"""

import torch

from draws import fixed
from network import descend


def train(network, x, task, options):
    saved = []
    for part in network.parts:
        x = x.detach().requires_grad_()
        y = part(x)
        saved.append((part, x, y))
        x = y
    loss = task.loss(x)
    (delta,) = torch.autograd.grad(loss, x, retain_graph=True)
    for part, x, y in reversed(saved):
        below = handed(part, x, delta, task.seed) if part is not network.parts[0] else None
        if part.weights:
            descend((delta * y).sum(), part.weights, task.rate)
        delta = below


def handed(part, x, delta, seed):
    """dL/dx, through B where there are weights: y is the same, but the slope of the product is B's."""
    if not part.weights:
        (below,) = torch.autograd.grad(part(x), x, delta)
        return below
    (layer,) = part
    kind = layer.config["activation"]
    name = f"{part.name}/feedback/{layer.kind}_1/weight"
    gain = 6 if kind in ("relu", "leakyRelu", "elu") else 3
    B = fixed(seed, name, layer.weight.shape, gain)
    z = layer.product(x, layer.weight) + layer.bias
    other = layer.product(x, B)
    y = layer.activation(z.detach() - other.detach() + other)
    (below,) = torch.autograd.grad(y, x, delta)
    return below
