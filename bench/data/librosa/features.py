"""The mel spectrogram of librosa, its logarithm and its cepstrum: JSON in, a list of {signal, options}; JSON out, a list
of {mel, log, mfcc}, frames by features."""

import json
import sys

import librosa
import numpy as np


def features(case):
    o = case["options"]
    mel = librosa.feature.melspectrogram(
        y=np.array(case["signal"], dtype=np.float64),
        sr=o["sampleRate"],
        n_fft=o["nFft"],
        win_length=o["winLength"],
        hop_length=o["hopLength"],
        center=o["center"],
        pad_mode="constant",
        n_mels=o["nMels"],
        fmin=o["fMin"],
        fmax=o["fMax"],
        htk=o["melScale"] == "htk",
        norm=o["norm"],
    )
    log = np.log(mel + 1e-6)
    mfcc = librosa.feature.mfcc(S=log, n_mfcc=o["nMfcc"], dct_type=2, norm="ortho")
    return {"mel": mel.T.tolist(), "log": log.T.tolist(), "mfcc": mfcc.T.tolist()}


json.dump([features(case) for case in json.load(sys.stdin)], sys.stdout)
