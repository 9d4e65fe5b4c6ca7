"""Channel goodness: each hidden layer descends on the cross-entropy of the mean activity of its groups of channels.

DeeperForward, ICLR 2025; with squares, CwComp, arXiv 2312.12668. What goes on is normalised in each group.
"""

import torch
import torch.nn.functional as F

from network import descend


def train(network, x, task, options):
    for part in network.parts:
        y = part(x)
        if part.last:
            descend(task.loss(y), part.weights, task.rate)
            return
        x = y.detach()
        if part.weights:
            groups = grouped(y, task.classes)
            judged = [group**2 if options["goodness"] == "square" else group for group in groups]
            goodness = torch.stack([group.flatten(1).mean(dim=1) for group in judged], dim=1)
            descend(F.cross_entropy(goodness, task.labels), part.weights, task.rate)
            x = torch.cat([F.layer_norm(group, group.shape[1:], eps=1e-5) for group in groups], dim=-1).detach()


def grouped(y, classes):
    """Channel c of all belongs to class floor(c * classes / all)."""
    channels = y.shape[-1]
    class_of = torch.arange(channels) * classes // channels
    return [y[..., class_of == each] for each in range(classes)]
