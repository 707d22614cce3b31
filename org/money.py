"""Money is yuan in the code; pages say and take 万元 (DESIGN.md 7)."""

from decimal import ROUND_HALF_UP, Decimal

WAN = Decimal(10_000)
TENTH = Decimal("0.1")


def wan(yuan: Decimal) -> str:
    """With one decimal, as pages print it: 8.2."""
    return str((yuan / WAN).quantize(TENTH, ROUND_HALF_UP))


def exact_wan(yuan: Decimal) -> Decimal:
    """To the last fen, with one decimal at least, as a box shows what may be changed: 10.0, 8.2345."""
    value = (yuan / WAN).normalize()
    return value if value.as_tuple().exponent < -1 else value.quantize(TENTH)  # type: ignore[operator]


def yuan(said: Decimal) -> Decimal:
    """What 万元 are in yuan."""
    return (said * WAN).quantize(Decimal("0.01"), ROUND_HALF_UP)
