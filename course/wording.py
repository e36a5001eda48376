"""Numbers in a sentence: rounded so that they never claim too much."""


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
