"""What weights learn from where neurons remember: u, the potential behind a product without its resets, as z is now."""

from layers import Lif, Recurrent, Weighted


def remembered(network):
    """For each product of a network one of its memories, by the part it is of."""
    return {part: [Memory(*pair) for pair in products(list(part))] for part in network.units}


def products(layers):
    """The products among layers, each with the neurons it drives."""
    for layer, behind in zip(layers, [*layers[1:], None], strict=True):
        if isinstance(layer, Recurrent):
            yield from products(list(layer.cell))
        elif isinstance(layer, Weighted):
            yield layer, behind if isinstance(behind, Lif) else None


class Memory:
    """u = a W + b, a the trace of what came in: learning from dL/dz is descending on dL/dz . u."""

    def __init__(self, layer, neurons):
        self.layer, self.neurons = layer, neurons and neurons.config
        self.decays = neurons.decays if neurons else []
        self.kept = [0] * len(self.decays)

    def u(self):
        """Once a step, behind the layer's own forward pass."""
        a = self.layer.seen.detach()
        for at, decay in enumerate(self.decays):
            a = self.kept[at] = decay * self.kept[at] + a
        self.a = a
        return self.layer.product(a, self.layer.weight) + self.layer.bias
