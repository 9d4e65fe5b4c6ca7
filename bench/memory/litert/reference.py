"""MLPerf Tiny's keyword models as LiteRT runs them: reference.py <folder of the models> <clips, int8>.

Prints as JSON what the float and the int8 model answer for each clip, how the clips are to be read (scale and zero
point), and the float model's weights in the order of its layers, each before its bias, outputs last. Those of its
convolutions and its head are kept as int8; they are told as what they mean.
"""

import json
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

FOLDER, CLIPS = Path(sys.argv[1]), np.fromfile(sys.argv[2], np.int8).reshape(-1, 1, 49, 10, 1)
# outputs last: (filters, height, width, channels), (1, height, width, channels), (outputs, inputs)
LAST = {"CONV_2D": (1, 2, 3, 0), "DEPTHWISE_CONV_2D": (0, 1, 2, 3), "FULLY_CONNECTED": (1, 0)}


def opened(name):
    model = Interpreter(str(FOLDER / name))
    model.allocate_tensors()
    return model


def answers(model, clips):
    given, told = model.get_input_details()[0]["index"], model.get_output_details()[0]["index"]

    def answer(clip):
        model.set_tensor(given, clip)
        model.invoke()
        return int(np.argmax(model.get_tensor(told)))

    return [answer(clip) for clip in clips]


def meant(model, index):
    """The values of a constant, some of which are kept as int8 with a scale for each output."""
    values = model.get_tensor(index)
    kept = next(each for each in model.get_tensor_details() if each["index"] == index)["quantization_parameters"]
    if values.dtype == np.float32:
        return values
    axes = [-1 if axis == kept["quantized_dimension"] else 1 for axis in range(values.ndim)]
    return values * kept["scales"].reshape(axes)


def weights(model):
    for op in model._get_ops_details():
        if op["op_name"] in LAST:
            weight, bias = (meant(model, index) for index in op["inputs"][1:3])
            yield from (weight.transpose(LAST[op["op_name"]]).ravel().tolist(), bias.tolist())


floats, integers = opened("kws_ref_model_float32.tflite"), opened("kws_ref_model.tflite")
scale, zero = integers.get_input_details()[0]["quantization"]
told = {
    "float": answers(floats, ((CLIPS.astype(np.float32) - zero) * scale).astype(np.float32)),
    "int8": answers(integers, CLIPS),
    "scale": scale,
    "zero": zero,
    "weights": list(weights(floats)),
}
print(json.dumps(told))
