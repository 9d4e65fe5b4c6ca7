"""E-prop: a weight descends on L_t g . u, L_t = e_t B the error of the step at random, u the potential without resets.

Bellec et al., Nature Communications 11:3625 (2020), with read-outs that do not leak. B is drawn from U(-b, b),
b = sqrt(6 / n) over the layer's n outputs; e is the derivative of the mean loss of a step by the outputs.
"""

import torch

from draws import fixed
from network import descend
from traces import remembered


def train(network, x, task, options):
    memories = remembered(network)
    total = 0
    for moment in network.moments(x):
        at, y = {}, moment
        for part in network.parts:
            y = at[part] = part(y.detach())
        (e,) = torch.autograd.grad(task.loss(y) / network.scored, y, retain_graph=True)
        for part in network.units:
            B = fixed(task.seed, f"{part.name}/feedback/weight", [at[part][0].numel(), task.classes], gain=6)
            told = e if part.last else (e @ B.T).view_as(at[part])
            deltas = torch.autograd.grad(at[part], [memory.layer.z for memory in memories[part]], told)
            total = total + sum((d * memory.u()).sum() for d, memory in zip(deltas, memories[part], strict=True))
        for part in network.parts:
            part.cut()
    descend(total, network.weights, task.rate)
