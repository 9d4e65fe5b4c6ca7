"""Channel goodness: each hidden layer descends on the cross-entropy of the mean activity of its groups of channels.

DeeperForward, ICLR 2025; with squares, CwComp, arXiv 2312.12668. What goes on is normalised in each group.
"""

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
            groups = y.view(len(y), -1, task.classes, y.shape[-1] // task.classes)
            goodness = (groups**2 if options["goodness"] == "square" else groups).mean(dim=(1, 3))
            descend(F.cross_entropy(goodness, task.labels), part.weights, task.rate)
            mean = groups.mean(dim=(1, 3), keepdim=True)
            variance = groups.var(dim=(1, 3), keepdim=True, unbiased=False)
            x = ((groups - mean) / (variance + 1e-5).sqrt()).view_as(y).detach()
