"""tpSGD: each hidden layer descends on a loss J(t, y) of its own, t = P y* a fixed random projection of the label.

Lomnitz, Daniels, Zhang, Piacentino, arXiv 2208.08503. J is a mean over the samples, and half the square for `l2`. Time
is not looked back into: a layer descends at every step. Of an image y are the means of each channel in a grid of cells
(`cells` a side at most), and what J says of a cell counts by the share of it that lies in the image. Where time ends in
the mean, J is taken at the mean of the steps so far, and its slope there is that of the step.
"""

from math import ceil

import torch
import torch.nn.functional as F

from draws import table
from network import descend

J = {
    "l2": lambda t, y: (t - y) ** 2 / 2,
    "l1": lambda t, y: (t - y).abs(),
    "crossEntropy": lambda t, y: F.binary_cross_entropy_with_logits(y, (t > 0).double(), reduction="none"),
}


def train(network, x, task, options):
    kind = options["projection"]["kind"]
    of_mean = network.timed if options["steps"] == "mean" and network.ends_in_mean else []
    seen = {}

    def learn(part, y):
        if part.last:
            loss = task.loss(y) / network.scored
        else:
            y, share = cells_of(y, options["cells"])
            if part in of_mean:
                seen.setdefault(part.name, []).append(y.detach())
                y = y + (torch.stack(seen[part.name]).mean(0) - y).detach()
            scale = options["projection"].get("scale", 1 if part in of_mean else 5)
            P = scale * table(kind, task.seed, f"{part.name}/target", [task.classes, *y.shape[1:]])
            loss = (share * J[options["localLoss"]](P[task.labels], y)).sum() / len(y)
        descend(loss, part.weights, task.rate)

    network.walk(x, learn)


def cells_of(y, most):
    """The means of an image's cells, and the share of each that lies in the image."""
    if y.dim() != 4 or most == "all":
        return y, 1
    image = y.permute(0, 3, 1, 2)
    sides = image.shape[2:]
    window = [ceil(side / most) for side in sides]
    outside = [-side % cell for side, cell in zip(sides, window, strict=True)]
    (top, left), (bottom, right) = [w // 2 for w in outside], [w - w // 2 for w in outside]

    def mean(x):
        return F.avg_pool2d(F.pad(x, (left, right, top, bottom)), window)

    share = mean(torch.ones_like(image[:1, :1]))
    return (mean(image) / share).permute(0, 2, 3, 1), share.permute(0, 2, 3, 1)
