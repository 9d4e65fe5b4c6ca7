"""STDP: where a neuron fires, its weights descend on (1/2 - x') W, x' the trace of what came in; thresholds follow.

After Diehl, Cook, Frontiers in Computational Neuroscience 9 (2015), as src/forward-only/stdp.ts says. Of each place of
an image one channel fires at most: that with the highest potential. Votes go to the share of a neuron's spikes that
fell on samples of a class; where rewards are told, to the reward of an action when it fired, and what fired learns by
what the reward is beyond the neuron's usual one.
"""

import torch

from network import descend

GAIN, VOTES_RATE, REWARDS_RATE = 10, 0.02, 0.1


def train(network, x, task, options):
    *hidden, votes = network.units
    layers = {part: Competition(part, task, options) for part in hidden}
    counts = 0
    moments = network.moments(x)
    for step, y in enumerate(moments):
        for part in network.parts[: network.parts.index(votes)]:
            y = layers[part].step(y, step + 1 == len(moments)) if part in layers else part(y)
        counts = counts + y
    for part in hidden:
        layers[part].learn(task.rate)
    if task.rewards is None:
        vote(votes[0].weight, counts.T @ (0.5 - task.one_hot))
    else:
        usual = (votes(counts) / counts.sum(1, keepdim=True) * task.one_hot).sum(1)
        regret = ((usual - task.rewards) ** 2).sum() / 2
        descend(regret, [votes[0].weight], REWARDS_RATE)


class Competition:
    def __init__(self, part, task, options):
        self.layer, *self.neurons = part
        self.options = options
        self.thresholds = task.weights[f"{part.name}/thresholds/weight"]
        self.rewards = task.rewards
        self.expected = task.weights.get(f"{part.name}/expected/weight")
        self.n = self.layer.weight.shape[-1]
        self.fired = self.potential = self.trace = 0
        self.energy = self.excess = self.regret = 0

    def step(self, x, last):
        weight, options = self.layer.weight, self.options
        with torch.no_grad():
            sums = self.layer(x * GAIN * self.n / weight.numel())
            fired = torch.zeros_like(sums) + self.fired
            inhibited = options["inhibition"] * (fired.sum(-1, keepdim=True) - fired)
            drive = sums - self.thresholds[0] - inhibited
            highest, reached = self.compare(drive)
            self.fired = (highest & (reached | last)).to(x.dtype)
            self.trace = torch.maximum(torch.zeros_like(x) + options["trace"] * self.trace, x)
        moved = self.layer.product(0.5 - self.trace, weight)
        learned = self.fired
        if self.rewards is not None:
            reward = self.rewards.view(-1, *[1] * (x.dim() - 1))
            missing = self.expected[0] - reward
            learned = learned * (options["drift"] - missing.detach())
            self.regret = self.regret + (self.fired * missing**2).sum() / 2
        self.energy = self.energy + (learned * moved).sum()
        off = options["target"] / self.n - self.fired
        self.excess = self.excess + (off * self.thresholds[0]).sum()
        return self.fired

    def compare(self, drive):
        """Which have the highest potential of their place, and which are above the threshold."""
        u = drive
        reached = torch.ones_like(u, dtype=torch.bool)
        if self.neurons:
            config = self.neurons[0].config
            u = config["decay"] * self.potential + drive
            reached = u > config["threshold"]
            self.potential = u - config["threshold"] * reached
        return u == u.amax(dim=-1, keepdim=True), reached

    def learn(self, rate):
        descend(self.energy, [self.layer.weight], rate)
        descend(self.excess, [self.thresholds], self.options["homeostasis"])
        if self.rewards is not None:
            descend(self.regret, [self.expected], REWARDS_RATE)


@torch.no_grad()
def vote(weight, gradient):
    room = torch.where(gradient < 0, 1 - weight, weight)
    weight.copy_((weight - VOTES_RATE * gradient * room).clamp(0, 1))
