"""The layers of the cases, one step of each. Images are [height, width, channels], weights have the outputs last."""

import torch
import torch.nn.functional as F
from torch import nn

import neurons

ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": torch.relu,
    "leakyRelu": lambda z: F.leaky_relu(z, 0.01),
    "elu": F.elu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


class Layer(nn.Module):
    """`carried` is what a layer hands from one time step to the next; None is rest."""

    joins = False
    ends_time = False

    def __init__(self, config):
        super().__init__()
        self.config = config
        self.carried = None

    def rest(self):
        self.carried = None

    def cut(self):
        """Nothing flows back to earlier time steps."""
        if self.carried is not None:
            self.carried = tuple(state.detach() for state in self.carried)


class Weighted(Layer):
    def __init__(self, config, name, weights):
        super().__init__(config)
        self.weight = weights[f"{name}/weight"]
        self.bias = weights[f"{name}/bias"]
        self.activation = ACTIVATIONS[config["activation"]]


    def forward(self, x):
        self.seen, self.z = x, self.product(x, self.weight) + self.bias
        return self.activation(self.z)


class Dense(Weighted):
    kind = "dense"

    def product(self, x, weight):
        return x @ weight


class Conv2d(Weighted):
    kind = "conv2d"

    def product(self, x, weight):
        image, stride = slide(x, self.config["kernelSize"], self.config)
        return F.conv2d(image, weight.permute(3, 2, 0, 1), None, stride).permute(0, 2, 3, 1)


class MaxPool(Layer):
    def forward(self, x):
        image, stride = slide(x, self.config["window"], self.config)
        return F.max_pool2d(image, self.config["window"], stride).permute(0, 2, 3, 1)


class AveragePool(Layer):
    def forward(self, x):
        image, stride = slide(x, self.config["window"], self.config)
        return F.avg_pool2d(image, self.config["window"], stride).permute(0, 2, 3, 1)


class Flatten(Layer):
    def forward(self, x):
        return x.flatten(1)


class Recurrent(Layer):
    """y_t = cell([x_t, y_(t-1)]), y_0 = 0, with a dense cell, or a block of one and neurons."""

    def __init__(self, config, name, weights):
        super().__init__(config)
        cell = config["cell"]
        if cell["type"] == "block":
            dense, lif = cell["config"]["layers"]
            neurons = [Lif({**lif["config"], "by": config["by"]})]
            name = f"{name}/block_1"
        else:
            dense, neurons = cell, []
        self.cell = nn.Sequential(Dense(dense["config"], f"{name}/dense_1", weights), *neurons)

    def forward(self, x):
        before = self.carried or [x.new_zeros(len(x), self.cell[0].config["units"])]
        y = self.cell(torch.cat([x, *before], dim=1))
        self.carried = (y,)
        return y

    def rest(self):
        super().rest()
        for layer in self.cell:
            layer.rest()

    def cut(self):
        super().cut()
        for layer in self.cell:
            layer.cut()


class Lif(Layer):
    joins = True

    def __init__(self, config):
        super().__init__(config)
        self.neuron = neurons.make(config)

    @property
    def decays(self):
        """Of what its potential is a low-pass of, one after another."""
        return [self.config[name] for name in ("currentDecay", "decay") if name in self.config]

    def forward(self, x):
        spikes, *carried = self.neuron(x, *(self.carried or [torch.zeros_like(x)] * self.neuron.states))
        self.carried = tuple(carried)
        return spikes.to(x.dtype)


class Last(Layer):
    ends_time = True

    def forward(self, x):
        return x


class Mean(Layer):
    ends_time = True

    def forward(self, x):
        before = self.carried or [0]
        self.carried = (before[0] + x / self.config["steps"],)
        return self.carried[0]


WEIGHTED = {"dense": Dense, "conv2d": Conv2d, "recurrent": Recurrent}
WEIGHTLESS = {
    "maxPool": MaxPool,
    "averagePool": AveragePool,
    "flatten": Flatten,
    "lif": Lif,
    "last": Last,
    "mean": Mean,
}


def slide(x, window, config):
    """The image as torch has it, with the border of `same`: the smaller half in front."""
    image = x.permute(0, 3, 1, 2)
    window, stride = both(window), both(config["stride"])
    if config["padding"] == "valid":
        return image, stride
    borders = []
    for length, size, by in zip(image.shape[2:], window, stride, strict=True):
        border = max(0, (-(-length // by) - 1) * by + size - length)
        borders = [border // 2, border - border // 2, *borders]
    return F.pad(image, borders), stride


def both(size):
    return [size, size] if isinstance(size, int) else size
