"""SLTT: the loss of each time step is pulled back through that step alone; all steps are spent together.

Meng, Xiao, Yan, Wang, Lin, Luo, ICCV 2023, arXiv 2302.14311, with the cross-entropy alone.
"""

from network import descend, run


def train(network, x, task, options):
    losses = []
    for moment in network.moments(x):
        losses.append(task.loss(run(network.parts, moment)))
        for part in network.parts:
            part.cut()
    descend(sum(losses) / len(losses), network.weights, task.rate)
