"""E-prop: a weight descends on L_t g . u, L_t = e_t B the error of the step at random, u the potential without resets.

Bellec et al., Nature Communications 11:3625 (2020), with read-outs that do not leak. B is drawn from U(-b, b),
b = sqrt(6 / n) over the layer's n outputs; e is the derivative of the mean loss of a step by the outputs.

Where thresholds adapt, u is the potential less what of the threshold comes of the weight: equations 24 and 25, with
epsilon_a of every sample and synapse.
"""

import torch

from draws import fixed
from network import descend
from traces import remembered


class Threshold:
    """What the thresholds that a product drives have of its weight, if they adapt."""

    def __init__(self, memory):
        self.memory, self.epsilon = memory, 0

    def less(self, s):
        """Once a step, behind its spikes."""
        neurons = self.memory.neurons
        if neurons is None or "adaptation" not in neurons:
            return self.memory.u()
        beta, rho = neurons["adaptation"], neurons["adaptationDecay"]
        u, known = self.memory.u(), self.epsilon
        (slope,) = torch.autograd.grad(s.sum(), self.memory.layer.z, retain_graph=True)
        psi = slope[:, None, :]
        self.epsilon = psi * self.memory.a[:, :, None] + (rho - psi * beta) * known
        return u - beta * (known * self.memory.layer.weight).sum(-2)


def train(network, x, task, options):
    memories = remembered(network)
    thresholds = {memory: Threshold(memory) for each in memories.values() for memory in each}
    total = 0
    for moment in network.moments(x):
        at, y = {}, moment
        for part in network.parts:
            y = at[part] = part(y.detach())
        (e,) = torch.autograd.grad(task.loss(y) / network.scored, y, retain_graph=True)
        for part in network.units:
            B = fixed(task.seed, f"{part.name}/feedback/weight", [at[part][0].numel(), task.classes], gain=6)
            told = e if part.last else (e @ B.T).view_as(at[part])
            u = [thresholds[memory].less(at[part]) for memory in memories[part]]
            deltas = torch.autograd.grad(at[part], [memory.layer.z for memory in memories[part]], told)
            total = total + sum((d * each).sum() for d, each in zip(deltas, u, strict=True))
        for part in network.parts:
            part.cut()
    descend(total, network.weights, task.rate)
