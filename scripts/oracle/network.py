"""A network: layers one after another, through time where there is time, as units that learn and what is between."""

import torch
from torch import nn

from layers import WEIGHTED, WEIGHTLESS, Mean


class Unstated(Exception):
    """There is no statement here of what is asked for."""


class Part(nn.Sequential):
    """A unit, which is a layer with weights and what joins it, or a layer without weights."""

    def __init__(self, name, layer):
        super().__init__(layer)
        self.name = name
        self.last = False

    @property
    def weights(self):
        return list(self.parameters())

    def rest(self):
        for layer in self:
            layer.rest()

    def cut(self):
        for layer in self:
            layer.cut()


def parts_of(declared, weights):
    parts = []
    for layer in declared["layers"]:
        name, kind = layer["name"], layer["type"]
        config = {**layer["config"], "steps": declared["steps"], "by": declared["neurons"]}
        if kind in WEIGHTED:
            made = WEIGHTED[kind](config, name, weights)
        elif kind in WEIGHTLESS:
            made = WEIGHTLESS[kind](config)
        else:
            raise Unstated(f"no statement of the layer '{kind}' in scripts/oracle/layers.py")
        if made.joins:
            parts[-1].append(made)
        else:
            parts.append(Part(name, made))
    return parts


class Network:
    def __init__(self, declared, weights):
        self.steps, self.input = declared["steps"], declared["input"]
        self.parts = parts_of(declared, weights)
        self.units = [part for part in self.parts if part.weights]
        self.units[-1].last = True
        ends = [index for index, part in enumerate(self.parts) if part[0].ends_time]
        split = ends[0] + 1 if ends else len(self.parts)
        self.timed, self.after = self.parts[:split], self.parts[split:]
        self.ends_in_mean = any(isinstance(part[0], Mean) for part in self.parts)
        self.is_open = self.steps is not None and not ends

    @property
    def weights(self):
        return [weight for part in self.parts for weight in part.weights]

    @property
    def scored(self):
        """How many outputs are scored: one at every step of a network whose time does not end."""
        return self.steps if self.is_open else 1

    def moments(self, x):
        """The input of each time step, from rest on."""
        for part in self.parts:
            part.rest()
        if self.steps is None:
            return [x]
        return [x] * self.steps if self.input == "still" else x.unbind(1)

    def outputs(self, x):
        """What is scored, with everything that it came from."""
        at_each = [run(self.timed, moment) for moment in self.moments(x)]
        return at_each if self.is_open else [run(self.after, at_each[-1])]

    def walk(self, x, learn):
        """The forward pass part by part and step by step, each from plain values: nothing flows back."""
        for moment in self.moments(x):
            y = through(self.timed, moment, learn)
        through(self.after, y, learn)


def run(parts, x):
    for part in parts:
        x = part(x)
    return x


def through(parts, x, learn):
    for part in parts:
        y = part(x)
        if part.weights:
            learn(part, y)
        part.cut()
        x = y.detach()
    return x


def descend(loss, weights, rate):
    """W <- W - rate dloss/dW."""
    gradients = torch.autograd.grad(loss, weights)
    with torch.no_grad():
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= rate * gradient
