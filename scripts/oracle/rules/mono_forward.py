"""Mono-Forward: each hidden layer has a projection M onto the classes; both descend on the cross-entropy of G = a M.

Gong, Li, Abdulla, arXiv 2501.09238. `pooled`: of an image, M sees the means of the channels.
"""

import torch.nn.functional as F

from network import descend


def train(network, x, task, options):
    def learn(part, a):
        if part.last:
            descend(task.loss(a) / network.scored, part.weights, task.rate)
        else:
            M = projection_of(part.name, task.weights)
            is_pooled = options["projection"] == "pooled" and a.dim() == 4
            seen = a.mean(dim=(1, 2)) if is_pooled else a.flatten(1)
            descend(F.cross_entropy(seen @ M, task.labels), [*part.weights, M], task.rate)

    network.walk(x, learn)


def projection_of(unit, weights):
    (found,) = [weight for name, weight in weights.items() if name.startswith(f"{unit}/projection/")]
    return found
