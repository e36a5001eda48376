"""What a network takes up as a file, and what its arithmetic takes."""

import zlib
from dataclasses import dataclass

import numpy as np

from course import models
from course.networks import Network


@dataclass(frozen=True, eq=False)
class Stored:
    """What a network takes up as a file, and in arithmetic.

    Parameters
    ----------
    nonzero : weights that are not 0
    file_bytes, compressed_bytes : of its ONNX file, and of that compressed by zlib at level 9
    multiply_adds : that a dense product does for an image, those with a zero among them
    """

    nonzero: int
    file_bytes: int
    compressed_bytes: int
    multiply_adds: int


def stored(*, network: Network) -> Stored:
    """Write a network as ONNX, and count.

    >>> from course.networks import initialise
    >>> counted = stored(network=initialise(layer_sizes=(64, 48, 10)))
    >>> counted.nonzero, counted.multiply_adds
    (3552, 3552)
    """
    file = models.to_onnx(network)
    weights = [weights.astype(np.float32) for weights, _ in network.layers]
    return Stored(
        nonzero=sum(int(np.count_nonzero(each)) for each in weights),
        file_bytes=len(file),
        compressed_bytes=len(zlib.compress(file, 9)),
        multiply_adds=sum(each.size for each in weights),
    )
