"""The neurons behind `lif`, by snnTorch. A step is the unit of time: beta = exp(-dt / tau) with dt = 1 is `decay`."""

import snntorch
import torch
from snntorch import surrogate


class OutOfReach(Exception):
    """snnTorch says something else here."""


class Triangle(torch.autograd.Function):
    """A step whose derivative is max(0, 1 - |v|): Bellec et al., NeurIPS 2018. snnTorch's `triangular` is another."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, grad):
        (v,) = ctx.saved_tensors
        return grad * (1 - v.abs()).clamp(min=0)


SURROGATES = {
    "triangle": Triangle.apply,
    "fastSigmoid": surrogate.fast_sigmoid(slope=25),
    "atan": surrogate.atan(alpha=2.0),
}


def make(config):
    """A function of the input and the potential left over; it gives spikes and what is left of the potential."""
    decay, threshold = config["decay"], config["threshold"]
    spike = SURROGATES[config["surrogate"]]
    if config["by"] == "hand":
        return by_hand(decay, threshold, spike, config["reset"])
    neuron = snntorch.Leaky(
        beta=decay,
        threshold=threshold,
        spike_grad=spike,
        reset_mechanism={"soft": "subtract", "hard": "zero"}[config["reset"]],
        reset_delay=False,
    )

    def step(x, potential):
        spikes, left = neuron(x, potential)
        if (left > threshold).any():
            raise OutOfReach("a potential is above the threshold after its reset: snnTorch would reset it once more")
        return spikes, left

    return step


def by_hand(decay, threshold, spike, reset):
    """The equations alone: a potential may stay above the threshold after a soft reset, and fires again."""

    def step(x, potential):
        u = decay * potential + x
        s = spike(u - threshold).to(u.dtype)
        return s, u - threshold * s if reset == "soft" else u * (1 - s)

    return step
