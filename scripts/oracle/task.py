"""What is learned: the class of each sample, by a loss of the outputs that is a mean over the samples; or what an
action was worth."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass
class Task:
    labels: torch.Tensor
    classes: int
    loss_name: str
    rate: float
    seed: int
    weights: dict
    """All of them by name, a rule's own too."""
    rewards: torch.Tensor | None = None
    """Of the actions, which then are the labels."""

    @property
    def one_hot(self):
        return F.one_hot(self.labels, self.classes).double()

    def loss(self, output):
        if self.loss_name == "crossEntropy":
            return F.cross_entropy(output, self.labels)
        if self.loss_name == "binaryCrossEntropy":
            return F.binary_cross_entropy_with_logits(output, self.one_hot, reduction="sum") / len(output)
        return ((output - self.one_hot) ** 2).sum() / 2 / len(output)
