"""Forward-Forward: each hidden layer descends on the loss of its goodness on a sample with its label and with a wrong one.

Hinton, arXiv 2212.13345; SymBa: Lee, Song, arXiv 2303.08418. What enters a layer has a mean square of 1. Peers: beside
it a layer climbs down lambda (m_j - mean m) of each unit, m the running mean of its activity. Straight through: the
slope of an activation counts as 1. The read-out is linear in the last hidden layer, or all but the first, of samples
without a label; labels are shown less their mean, 1 / classes each.
"""

import torch
import torch.nn.functional as F

from draws import draw, draw_class
from network import descend


def train(network, x, task, options):
    hidden, end = network.units[:-1], network.units[-1]
    with torch.no_grad():
        read, y = walk(network, show(x, None))
    heads = [end.weights, *([weight] for name, weight in task.weights.items() if "/readout/" in name)]
    between = read[1:-1] if options["predictBy"] == "all" else []
    logits = end(y) + sum(a.flatten(1) @ W for a, (W,) in zip(between, heads[1:], strict=True))
    likely = F.softmax(logits.detach(), dim=1)
    descend(task.loss(logits), [weight for head in heads for weight in head], task.rate)
    drawn = ("negative", likely) if options["negatives"] == "hard" else ("negative/label", None)
    wrong = draw_class(drawn[0], task.seed, task.labels, task.classes, drawn[1])
    passes = [show(x, F.one_hot(labels, task.classes).double()) for labels in (task.labels, wrong)]
    for part in network.parts:
        y = [part(given) for given in passes]
        if part in hidden:
            contrast(part, passes, y, task, options)
            if part is hidden[-1]:
                return
            y = [normalized(given) for given in y]
        passes = [given.detach() for given in y]


def contrast(part, passes, y, task, options):
    n = y[0][0].numel()
    positive, negative = (goodness(given, options) for given in y)
    if options["loss"] == "symba":
        loss = F.softplus(options["alpha"] * (negative - positive))
    else:
        theta = options["threshold"] * (n if options["goodness"] == "sum" else 1)
        loss = F.softplus(theta - positive) + F.softplus(negative - theta)
    total = loss.mean()
    given = y
    if options["straightThrough"]:
        gradients = torch.autograd.grad(total, y, retain_graph=True)
        through = [straight(part, x) for x in passes]
        total = sum((gradient * z).sum() for gradient, z in zip(gradients, through, strict=True))
        given = through
    if options["peers"] > 0:
        m = task.weights[f"{part.name}/peers/weight"]
        off = (m - m.mean()).detach()
        total = total + options["peers"] * (off * given[0].flatten(1)).sum(dim=1).mean()
        descend(((m - y[0].detach().flatten(1)) ** 2).sum() / 2 / len(y[0]), [m], 0.1)
    descend(total, part.weights, task.rate)


def straight(part, x):
    """What the activation sees."""
    (layer,) = part
    return layer.product(x, layer.weight) + layer.bias


def goodness(y, options):
    squares = y.flatten(1) ** 2
    return squares.sum(dim=1) if options["goodness"] == "sum" else squares.mean(dim=1)


def normalized(x):
    return x / torch.sqrt((x.flatten(1) ** 2).mean(dim=1) + 1e-5).view(-1, *[1] * (x.dim() - 1))


def show(x, label):
    flat = x.flatten(1).clone()
    if label is not None:
        flat[:, : label.shape[1]] += label - 1 / label.shape[1]
    return normalized(flat.view_as(x))


def walk(network, x):
    """What each hidden layer hands on, and what enters the last."""
    read = []
    for part in network.parts:
        if part is network.units[-1]:
            return read, x
        x = part(x)
        if part.weights:
            x = normalized(x)
            read.append(x)
