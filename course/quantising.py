"""Numbers in a few bits: each is replaced by the nearest of a few values, evenly apart.

What is held is a whole number for each, the *code*, and for all of them (or for each channel) a
scale. The value is `scale * (code - zero_point)`.

Sources: Nagel et al. (2021), A white paper on neural network quantization, sections 2 and 3.1
(symmetric and affine grids, ranges by the largest value or by the squared error); Rastegari et
al. (2016), XNOR-Net, section 3.1 (a single bit: the sign, times the mean size). As in ONNX
Runtime, symmetric codes of 8 bits run from −127 to 127.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course import arguments
from course.networks import Array

Codes = NDArray[np.int64]
MOST_BITS = 8
SHRINKS = np.linspace(1, 0.02, 50)  # of the largest value: the ranges among which the best is taken
LARGEST, SMALLEST = 1e38, float(np.finfo(np.float32).tiny)  # of a scale that 32 bits hold well


@dataclass(frozen=True, eq=False)
class Grid:
    """The values that numbers are moved to.

    Parameters
    ----------
    scale : from one value to the next, shape () for all together, or (n_out,), as 32 bits hold it
    zero_point : the code that stands for 0, of the scale's shape
    bits : of a code, 1 to 8
    symmetric : whether the codes run from −n to n, else from 0
    """

    scale: Array
    zero_point: Codes
    bits: int
    symmetric: bool

    @property
    def levels(self) -> int:
        """How many values a number can take, in one channel."""
        return len(possible(self.bits, self.symmetric))

    @property
    def marks(self) -> Array:
        """The values themselves, rising, shape (levels,) or (levels, n_out)."""
        codes = possible(self.bits, self.symmetric)
        return np.asarray(self.scale * (codes.reshape(-1, *[1] * self.scale.ndim) - self.zero_point))

    @property
    def ends(self) -> tuple[Codes, Codes]:
        """How many steps the values reach below and above 0."""
        codes = possible(self.bits, self.symmetric)
        return codes[0] - self.zero_point, codes[-1] - self.zero_point

    def snapped(self, values: Array) -> Array:
        """Move numbers to the nearest values."""
        return np.asarray(self.scale * self.steps(values))

    def steps(self, values: Array) -> Array:
        """Count the steps from 0 to the nearest values: codes without the zero point."""
        if self.symmetric and self.bits == 1:
            return np.where(values < 0, -1.0, 1.0)
        return _clipped(np.asarray(values / self.scale), *self.ends)


@dataclass(frozen=True, eq=False)
class Quantised(Grid):
    """Numbers held as codes of a few bits.

    Parameters
    ----------
    codes : whole numbers, of the numbers' shape
    """

    codes: Codes

    def __str__(self) -> str:
        bits = f"{self.bits} bit{'s' * (self.bits > 1)}"
        return f"{self.codes.size:,} numbers of {bits}: {self.levels} values, {self.stored_bytes:,} bytes."

    @property
    def values(self) -> Array:
        """The numbers that the codes stand for."""
        return np.asarray(self.scale * (self.codes - self.zero_point))

    @property
    def zeros(self) -> float:
        """Share of the numbers that are now 0."""
        return float((self.values == 0).mean())

    @property
    def stored_bytes(self) -> int:
        """What `packed` takes: the codes, a scale of 4 bytes, and a zero point where there is one."""
        codes = -(-self.codes.size * self.bits // 8)
        return codes + self.scale.size * (4 if self.symmetric else 5)


def quantise(
    *,
    values: ArrayLike,
    bits: int = 8,
    per_channel: bool = False,
    symmetric: bool = True,
    fitted: bool = False,
) -> Quantised:
    """Replace each number by the nearest of a few values, evenly apart.

    One bit, symmetric, holds the sign, and for all numbers one size. Numbers too small for a
    scale of 32 bits count as 0; a scale without anything to scale is 1, for one bit 0.

    Parameters
    ----------
    values : of any shape; of a layer's weights, (n_in, n_out), a column is a channel
    bits : 1 to 8
    per_channel : whether each index of the last axis has a scale of its own
    symmetric : values from −n to n times the scale; else 2**bits from the smallest to the largest
        number, 0 always among them: its code is the zero point
    fitted : take the scale, of 50 between that of the largest number and a fiftieth of it, with
        the least squared error; for one bit the mean size. Else that of the largest number

    >>> print(quantise(values=[[0.5, -1.0], [0.1, 0.0]], bits=3))
    4 numbers of 3 bits: 7 values, 6 bytes.
    >>> quantise(values=[0.9, -0.2, -1.0, 0.4], bits=2).values
    array([ 1.,  0., -1.,  0.])
    """
    numbers = arguments.numbers_in("values", values)
    numbers = arguments.array("values", numbers, shape=(None,) * max(1, numbers.ndim))
    if np.abs(numbers).max() > LARGEST:
        raise arguments.refuse("values", "lie from -1e38 to 1e38", float(np.abs(numbers).max()))
    width = arguments.whole("bits", bits, low=1, high=MOST_BITS)
    over = tuple(range(numbers.ndim - 1)) if per_channel else None
    if symmetric and width == 1:
        grid = _signs(numbers, over, fitted)
    else:
        grid = _range(numbers, over, width, symmetric)
        grid = _fit(numbers, over, grid) if fitted else grid
    codes = grid.steps(numbers).astype(int) + grid.zero_point
    return Quantised(grid.scale, grid.zero_point, width, symmetric, codes)


def possible(bits: int, symmetric: bool = True) -> Codes:
    """List the codes of so many bits, rising.

    >>> possible(2), possible(1), possible(2, symmetric=False)
    (array([-1,  0,  1]), array([-1,  1]), array([0, 1, 2, 3]))
    """
    return _possible(arguments.whole("bits", bits, low=1, high=MOST_BITS), symmetric)


@cache
def _possible(bits: int, symmetric: bool) -> Codes:
    most = 2 ** (bits - 1) - 1
    codes = np.arange(2**bits) if not symmetric else np.arange(-most, most + 1)
    codes = codes if len(codes) > 1 else np.array([-1, 1])
    codes.setflags(write=False)
    return codes


def packed(quantised: Quantised) -> bytes:
    """Write codes without a gap between them, then the scales, then the zero points if it has any."""
    places = quantised.codes - possible(quantised.bits, quantised.symmetric)[0]
    if quantised.symmetric and quantised.bits == 1:
        places = places // 2
    each = np.unpackbits(places.astype(np.uint8).reshape(-1, 1), axis=1, bitorder="little")
    codes = np.packbits(each[:, : quantised.bits], bitorder="little").tobytes()
    zeros = b"" if quantised.symmetric else quantised.zero_point.astype(np.uint8).tobytes()
    return codes + quantised.scale.astype("<f4").tobytes() + zeros


def unpacked(
    held: bytes, *, shape: Sequence[int], bits: int = 8, per_channel: bool = False, symmetric: bool = True
) -> Quantised:
    """Read what `packed` has written of numbers of this shape, with the same settings.

    >>> layer = quantise(values=[[0.5, -1.0], [0.1, 0.0]], bits=3)
    >>> unpacked(packed(layer), shape=(2, 2), bits=3).codes.tolist()
    [[1, -3], [0, 0]]
    """
    codes = possible(bits, symmetric)
    count, scales = prod(shape), shape[-1] if per_channel else 1
    ends = np.cumsum([-(-count * bits // 8), 4 * scales, 0 if symmetric else scales])
    if len(held) != ends[-1]:
        raise ValueError(f"held must be {ends[-1]:,} bytes for these settings, got {len(held):,}")
    stream = np.unpackbits(np.frombuffer(held[: ends[0]], np.uint8), count=count * bits, bitorder="little")
    places = stream.reshape(count, bits) @ (1 << np.arange(bits))
    if places.max() >= len(codes):
        raise ValueError(f"held must hold codes below {len(codes)}, got {places.max()}")
    scale = np.frombuffer(held[ends[0] : ends[1]], "<f4").astype(float)
    zero = np.zeros(scales, int) if symmetric else np.frombuffer(held[ends[1] :], np.uint8).astype(int)
    own = (scales,) if per_channel else ()
    return Quantised(scale.reshape(own), zero.reshape(own), bits, symmetric, codes[places].reshape(shape))


def _signs(numbers: Array, over: tuple[int, ...] | None, fitted: bool) -> Grid:
    """One bit: the size that all numbers get."""
    sizes = np.abs(numbers)
    size = sizes.mean(axis=over) if fitted else sizes.max(axis=over)
    scale = _held(np.where(size < SMALLEST, 0, size))
    return Grid(scale, np.zeros(scale.shape, int), 1, True)


def _range(numbers: Array, over: tuple[int, ...] | None, bits: int, symmetric: bool) -> Grid:
    """Lay the values from the smallest number to the largest."""
    low, high = np.minimum(numbers.min(axis=over), 0), np.maximum(numbers.max(axis=over), 0)
    steps = 2 ** (bits - 1) - 1 if symmetric else 2**bits - 1
    apart = (np.maximum(-low, high) if symmetric else high - low) / steps
    scale = _held(np.where(apart < SMALLEST, 1, apart))
    zero = np.zeros(scale.shape) if symmetric else np.clip(np.round(-low / scale), 0, steps)
    return Grid(scale, np.asarray(zero, int), bits, symmetric)


def _fit(numbers: Array, over: tuple[int, ...] | None, widest: Grid) -> Grid:
    """Draw the values together as far as the squared error falls: what lies outside is cut off."""
    scales = _held(np.multiply.outer(SHRINKS, widest.scale))
    errors = [scale**2 * _missed(numbers / scale, *widest.ends, over) for scale in scales]
    best = np.expand_dims(np.argmin(errors, axis=0), 0)
    return replace(widest, scale=np.asarray(np.take_along_axis(scales, best, axis=0)[0]))


def _missed(numbers: Array, low: Codes, high: Codes, over: tuple[int, ...] | None) -> Array:
    """Squared distance, all together, of numbers from the nearest whole ones in a range."""
    off = _clipped(numbers, low, high)
    off -= numbers
    return np.asarray(np.square(off, out=off).sum(axis=over))


def _clipped(numbers: Array, low: Codes, high: Codes) -> Array:
    """Round to whole numbers in a range."""
    whole = np.asarray(np.rint(numbers))
    np.maximum(whole, low, out=whole)
    np.minimum(whole, high, out=whole)
    return whole


def _held(scale: Array) -> Array:
    """Round as 32 bits do."""
    return np.asarray(scale).astype(np.float32).astype(float)
