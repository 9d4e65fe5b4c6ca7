"""One multi-layer perceptron of scikit-learn: learns x_train.npy and y_train.npy of a folder, writes answers.npy for
x_test.npy. Uint8 inputs are pixels, scaled to 0..1 as Onward does."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
models = {"MLPRegressor": MLPRegressor, "MLPClassifier": MLPClassifier}


def samples(part):
    x = np.load(folder / f"x_{part}.npy")
    scale = np.float32(1 / 255) if x.dtype == np.uint8 else np.float32(1)
    return x.reshape(len(x), -1) * scale


model = models[settings["model"]](
    hidden_layer_sizes=(settings["hidden"],),
    activation=settings["activation"],
    learning_rate_init=settings["learningRate"],
    batch_size=settings["batch"],
    max_iter=settings["epochs"],
    n_iter_no_change=settings["epochs"],
    random_state=1,
)
warnings.filterwarnings("ignore", message=".*Maximum iterations")
y = np.load(folder / "y_train.npy")
model.fit(samples("train"), y.astype(int) if settings["model"] == "MLPClassifier" else y)
np.save(folder / "answers.npy", model.predict(samples("test")).astype(np.float32))
