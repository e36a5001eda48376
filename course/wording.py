"""Numbers in a sentence: rounded so that they never claim too much."""

from math import floor, log10

FINEST = 12  # decimals that a number is ever written with


def percent(share: float, *, short: bool = False) -> str:
    """Say a share between 0 and 1; 0 % and 100 % are said only where they are exact.

    >>> percent(0.964), percent(0.998), percent(1.0), percent(0.001, short=True)
    ('96 %', 'more than 99 %', '100 %', '<1 %')
    """
    if 0.99 < share < 1:
        return ">99 %" if short else "more than 99 %"
    if 0 < share < 0.01:
        return "<1 %" if short else "less than 1 %"
    return f"{share:.0%}".replace("%", " %")


def written(value: float, decimals: int = 2) -> str:
    """Write a number rounded as by hand: halves away from zero, and no minus before a zero.

    >>> written(0.565), written(-1234.5), written(-0.001)
    ('0.57', '−1,234.50', '0.00')
    """
    return f"{rounded(value, decimals):z,.{decimals}f}".replace("-", "−")


def told_apart(one: float, other: float, most: int = FINEST) -> tuple[str, str]:
    """Write two numbers with as few decimals as tell them apart, two at least and `most` at most.

    >>> told_apart(0.5932, 0.4131), told_apart(0.5932, 0.5931)
    (('0.59', '0.41'), ('0.5932', '0.5931'))
    """
    pairs = [(written(one, decimals), written(other, decimals)) for decimals in range(2, most + 1)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])


def rounded(value: float, decimals: int) -> float:
    """Round a number as by hand, halves away from zero."""
    return round(value * (1 + 1e-12), decimals)  # 0.565 is a little less than 0.565


def duration(time_s: float) -> str:
    """Write a time with three digits at most.

    >>> duration(0.00123), duration(0.0456), duration(2e-6), duration(12.0)
    ('1.23 ms', '45.6 ms', '2 µs', '12 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if time_s >= 0.9995 * size:
            return f"{time_s / size:.3g} {unit}"
    return f"{time_s * 1e9:.3g} ns"


def size(count: float) -> str:
    """Write a number of bytes with three digits at most, thousands as kB, millions as MB.

    >>> size(14_792), size(843_000), size(4_194_304), size(64_000), size(312)
    ('14.8 kB', '843 kB', '4.19 MB', '64 kB', '312 bytes')
    """
    for unit, many in (("MB", 1e6), ("kB", 1e3)):
        if count >= 0.9995 * many:
            return f"{count / many:.3g} {unit}"
    return f"{count:.3g} bytes"


def rate(per_s: float) -> str:
    """Write how many a second, with three digits at most.

    >>> rate(0.5), rate(1234.0), rate(2_345_678.0)
    ('0.5', '1,230', '2,350,000')
    """
    if per_s < 1000:
        return f"{per_s:.3g}"
    digits = 10 ** (floor(log10(per_s)) - 2)
    return f"{round(per_s / digits) * digits:,}"
