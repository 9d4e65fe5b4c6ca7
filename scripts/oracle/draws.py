"""Random numbers as a function of a seed, a stream's name, a step and an element: Philox4x32-10.

Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC 2011, section 3.
"""

from math import prod, sqrt

import numpy as np
import torch

MASK = 0xFFFFFFFF


def philox(counter, key):
    """Ten rounds on four words, each an array of 32-bit numbers."""
    c0, c1, c2, c3 = (word.astype(np.uint64) for word in counter)
    k0, k1 = key
    for _ in range(10):
        low, high = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c1 = (high >> np.uint64(32)) ^ c1 ^ np.uint64(k0), high & np.uint64(MASK)
        c2, c3 = (low >> np.uint64(32)) ^ c3 ^ np.uint64(k1), low & np.uint64(MASK)
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return np.stack([c0, c1, c2, c3])


def stream_key(name):
    """FNV-1a over UTF-16 code units, then the last mixing of MurmurHash3."""
    key = 0x811C9DC5
    for byte in name.encode("utf-16-le"):
        key = ((key ^ byte) * 0x01000193) & MASK
    key = ((key ^ (key >> 16)) * 0x85EBCA6B) & MASK
    key = ((key ^ (key >> 13)) * 0xC2B2AE35) & MASK
    return key ^ (key >> 16)


def draw(kind, seed, stream, elements, step=0, turn=0, sample=0):
    """The values of numbered elements: uniform in [-1, 1), normal of deviation 1, or signs."""
    elements = np.asarray(elements)
    zero = np.zeros_like(elements)
    words = philox([elements >> 2, zero + step, zero + turn, zero + sample], [seed & MASK, stream_key(stream)])

    def word(place):
        return np.take_along_axis(words, place[None], axis=0)[0]

    def unit(place):
        return (word(place) >> np.uint64(8)).astype(np.float64) * 2.0**-24

    if kind == "uniform":
        values = 2 * unit(elements & 3) - 1
    elif kind == "signs":
        values = np.where(word(elements & 3) >> np.uint64(31), -1.0, 1.0)
    else:  # Box and Muller: a pair of elements from a pair of words
        radius = np.sqrt(-2 * np.log1p(-unit(elements & 2)))
        angle = 2 * np.pi * unit((elements & 2) + 1)
        values = radius * np.where(elements & 1, np.sin(angle), np.cos(angle))
    return torch.tensor(values)


def table(kind, seed, stream, shape):
    """A fixed random table, its elements numbered row by row."""
    return draw(kind, seed, stream, np.arange(int(np.prod(shape)))).reshape(shape)


def fixed(seed, stream, shape, gain):
    """First values of a weight, U(-b, b) with b = sqrt(gain / fan in), its elements numbered column by column."""
    fan_in = prod(shape[:-1])
    return sqrt(gain / fan_in) * table("uniform", seed, stream, [shape[-1], fan_in]).T.reshape(shape)


def draw_class(stream, seed, without, classes, weights=None):
    """Another class of each sample: any, or in proportion to weights, by element 0 of the stream at its row."""
    rows = np.arange(len(without))
    zero = np.zeros_like(rows)
    word = philox([zero, zero, zero, rows], [seed & MASK, stream_key(stream)])[0]
    if weights is None:
        others = torch.tensor((word * np.uint64(classes - 1) >> np.uint64(32)).astype(np.int64))
        return (without + 1 + others) % classes
    share = torch.tensor((word >> np.uint64(8)).astype(np.float64) * 2.0**-24)
    others = weights.scatter(1, without[:, None], 0)
    before = others.cumsum(1) - others
    is_reached = before <= (share * others.sum(1))[:, None]
    is_reached.scatter_(1, without[:, None], False)
    return is_reached.double().mul(torch.arange(1, classes + 1)).argmax(1)
