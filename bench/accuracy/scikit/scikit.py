"""One multi-layer perceptron of scikit-learn: learns x_train.npy and y_train.npy of a folder, writes answers.npy for
x_test.npy. Uint8 inputs are pixels, scaled to 0..1 as Onward does."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

folder, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
models = {"MLPRegressor": MLPRegressor, "MLPClassifier": MLPClassifier}


def samples(part):
    x = np.load(folder / f"x_{part}.npy")
    scale = np.float32(1 / 255) if x.dtype == np.uint8 else np.float32(1)
    return x.reshape(len(x), -1) * scale


NAMES = {
    "hidden": ["hidden_layer_sizes"],
    "activation": ["activation"],
    "learningRate": ["learning_rate_init"],
    "batch": ["batch_size"],
    "epochs": ["max_iter", "n_iter_no_change"],
    "seed": ["random_state"],
}
options = {name: settings[key] for key, names in NAMES.items() if key in settings for name in names}
model = models[settings["model"]](**{"random_state": 1, **options})
if settings.get("standardize"):
    model = make_pipeline(StandardScaler(), model)
warnings.filterwarnings("ignore", message=".*Maximum iterations")
y = np.load(folder / "y_train.npy")
y = y.ravel() if y.shape[-1] == 1 else y
model.fit(samples("train"), y.astype(int) if settings["model"] == "MLPClassifier" else y)
np.save(folder / "answers.npy", model.predict(samples("test")).astype(np.float32))
