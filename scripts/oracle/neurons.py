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
    """A function of the input and what is carried, as many tensors as its `states`; it gives spikes and what is left."""
    step = by_hand(config) if config["by"] == "hand" or "adaptation" in config else by_snntorch(config)
    step.states = 1 + ("currentDecay" in config) + ("adaptation" in config)
    return step


def by_snntorch(config):
    threshold = config["threshold"]
    common = {
        "beta": config["decay"],
        "threshold": threshold,
        "spike_grad": SURROGATES[config["surrogate"]],
        "reset_mechanism": {"soft": "subtract", "hard": "zero"}[config["reset"]],
        "reset_delay": False,
    }
    if "currentDecay" in config:
        neuron = snntorch.Synaptic(alpha=config["currentDecay"], **common)
    else:
        neuron = snntorch.Leaky(**common)

    def step(x, *carried):
        spikes, *carried = neuron(x, *carried)
        if (carried[-1] > threshold).any():
            raise OutOfReach("a potential is above the threshold after its reset: snnTorch would reset it once more")
        return spikes, *carried

    return step


def by_hand(config):
    """The equations alone: a potential may stay above the threshold after a soft reset, and fires again."""
    decay, threshold = config["decay"], config["threshold"]
    spike = SURROGATES[config["surrogate"]]

    def step(x, *carried):
        *current, potential = carried[: len(carried) - ("adaptation" in config)]
        current = [config["currentDecay"] * i + x for i in current]
        u = decay * potential + (current[0] if current else x)
        barrier = threshold
        if "adaptation" in config:
            barrier = threshold + config["adaptation"] * carried[-1]
        s = spike(u - barrier).to(u.dtype)
        adapted = [config["adaptationDecay"] * carried[-1] + s] if "adaptation" in config else []
        return s, *current, u - threshold * s if config["reset"] == "soft" else u * (1 - s), *adapted

    return step
