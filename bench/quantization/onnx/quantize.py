"""ONNX models of a network, in float and quantized: `quantize.py FOLDER`, where network.json tells its layers.

FOLDER/float.onnx is made of the weights; FOLDER/int8.onnx by ONNX Runtime's own static quantization, a scale for each
channel of a weight, calibrated on the samples. Images come as (height, width, channels); ONNX wants channels first.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

OPSET = 17
IR_VERSION = 9


def read(folder, name, shape):
    """A file of floats."""
    return np.fromfile(folder / name, np.float32).reshape(shape)


class Graph:
    """Nodes one behind the other, and their weights."""

    def __init__(self):
        self.nodes, self.weights, self.last = [], [], "x"

    def weight(self, name, values):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator, *inputs, **attributes):
        output = f"{operator}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, [self.last, *inputs], [output], **attributes))
        self.last = output


def model(folder, network):
    graph, image = Graph(), None
    for layer in network["layers"]:
        kind, name = layer["kind"], layer.get("name")
        if kind == "maxPool":
            graph.add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
        elif kind == "flatten":
            graph.add("Flatten")
            image = layer["image"]
        else:
            weight = read(folder, f"{name}.weight", layer["shape"])
            bias = graph.weight(f"{name}.bias", read(folder, f"{name}.bias", [-1]))
            if kind == "conv2d":
                pad = layer["shape"][0] // 2
                of = graph.weight(f"{name}.weight", weight.transpose(3, 2, 0, 1))
                graph.add("Conv", of, bias, pads=[pad] * 4)
            else:
                if image is not None:
                    weight = weight.reshape(*image, -1).transpose(2, 0, 1, 3).reshape(weight.shape)
                graph.add("Gemm", graph.weight(f"{name}.weight", weight), bias)
                image = None
            if layer["relu"]:
                graph.add("Relu")
    graph.nodes[-1].output[0] = "y"
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", *network["input"]])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", network["outputs"]])
    whole = helper.make_graph(graph.nodes, "network", [x], [y], graph.weights)
    made = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(made, full_check=True)
    return made


class Samples(CalibrationDataReader):
    def __init__(self, samples):
        self.left = iter([{"x": samples}])

    def get_next(self):
        return next(self.left, None)


folder = pathlib.Path(sys.argv[1])
network = json.loads((folder / "network.json").read_text())
onnx.save(model(folder, network), folder / "float.onnx")
samples = read(folder, "samples", [-1, *network["input"]])
quantize_static(
    folder / "float.onnx",
    folder / "int8.onnx",
    Samples(samples),
    per_channel=True,
    weight_type=QuantType.QInt8,
    activation_type=QuantType.QUInt8,
)
