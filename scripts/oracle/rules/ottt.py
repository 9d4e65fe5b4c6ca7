"""OTTT: a weight descends on dL_t/dz . u, dL_t/dz within the step alone, u the potential it drives, without resets.

Xiao, Meng, Zhang, He, Lin, NeurIPS 2022, arXiv 2210.04195: OTTT_A, with the cross-entropy alone.
"""

import torch

from network import descend, run
from traces import remembered


def train(network, x, task, options):
    memories = [memory for each in remembered(network).values() for memory in each]
    total = 0
    for moment in network.moments(x):
        loss = task.loss(run(network.parts, moment)) / network.scored
        deltas = torch.autograd.grad(loss, [memory.layer.z for memory in memories])
        total = total + sum((delta * memory.u()).sum() for delta, memory in zip(deltas, memories, strict=True))
        for part in network.parts:
            part.cut()
    descend(total, network.weights, task.rate)
