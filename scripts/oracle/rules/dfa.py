"""DFA: the gradient at each hidden layer's output is e B, e the error at the output: it descends on J = sum (e B) . y.

Nøkland, arXiv 1609.01596. B is drawn from U(-b, b), b = sqrt(6 / n) over the layer's n outputs; e is the derivative of
the mean loss by the outputs.
"""

import torch

from draws import fixed
from network import descend


def train(network, x, task, options):
    at = {}
    network.walk(x, lambda part, y: at.setdefault(part, y))
    loss = task.loss(at[network.units[-1]])
    (e,) = torch.autograd.grad(loss, at[network.units[-1]], retain_graph=True)
    descend(loss, network.units[-1].weights, task.rate)
    for part in network.units[:-1]:
        B = fixed(task.seed, f"{part.name}/feedback/weight", [at[part][0].numel(), task.classes], gain=6)
        descend(((e @ B.T) * at[part].flatten(1)).sum(), part.weights, task.rate)
