"""Numbers in a sentence: rounded so that they never claim too much."""

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
