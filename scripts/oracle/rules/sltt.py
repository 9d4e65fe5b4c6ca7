"""SLTT: the loss of each time step is pulled back through that step alone; all steps are spent together.

Meng, Xiao, Yan, Wang, Lin, Luo, ICCV 2023, arXiv 2302.14311, with the cross-entropy alone. SLTT-K learns at k of the
steps: at each with a chance of those still to be taken over those still to come.
"""

from draws import draw
from network import descend, run


def train(network, x, task, options):
    losses = []
    left = options.get("k", network.scored)
    for step, moment in enumerate(network.moments(x)):
        loss = task.loss(run(network.parts, moment))
        drawn = (draw("uniform", task.seed, "steps/drawn", [0], turn=step).item() + 1) / 2
        if drawn * (network.scored - step) < left:
            losses.append(loss)
            left -= 1
        for part in network.parts:
            part.cut()
    descend(sum(losses) / network.scored, network.weights, task.rate)
