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
        self.carried = None if self.carried is None else self.carried.detach()


class Weighted(Layer):
    def __init__(self, config, name, weights):
        super().__init__(config)
        self.weight = weights[f"{name}/weight"]
        self.bias = weights[f"{name}/bias"]
        self.activation = ACTIVATIONS[config["activation"]]


    def forward(self, x):
        return self.activation(self.product(x, self.weight) + self.bias)


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
    """y_t = cell([x_t, y_(t-1)]), y_0 = 0, with a dense cell."""

    def __init__(self, config, name, weights):
        super().__init__(config)
        self.cell = Dense(config["cell"]["config"], f"{name}/dense_1", weights)

    def forward(self, x):
        if self.carried is None:
            self.carried = x.new_zeros(len(x), self.cell.config["units"])
        self.carried = self.cell(torch.cat([x, self.carried], dim=1))
        return self.carried


class Lif(Layer):
    joins = True

    def __init__(self, config):
        super().__init__(config)
        self.neuron = neurons.make(config)

    def forward(self, x):
        potential = torch.zeros_like(x) if self.carried is None else self.carried
        spikes, self.carried = self.neuron(x, potential)
        return spikes.to(x.dtype)


class Last(Layer):
    ends_time = True

    def forward(self, x):
        return x


class Mean(Layer):
    ends_time = True

    def forward(self, x):
        share = x / self.config["steps"]
        self.carried = share if self.carried is None else self.carried + share
        return self.carried


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
