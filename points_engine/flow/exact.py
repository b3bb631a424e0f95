"""Points as people ask for them: exact, in the scheme's smallest unit, and what is lacking of them."""

from __future__ import annotations

from fractions import Fraction

from points_engine.bilingual import Both
from points_engine.errors import InsufficientPoints, InvalidValue
from points_engine.flow.entities import Scheme
from points_engine.ledger.amounts import shown
from points_engine.limits import AMOUNT_MAX


def check_points(points: Fraction) -> None:
    """Points that are asked for: more than none.

    Raises: InvalidValue.
    """
    if not 0 < points <= AMOUNT_MAX:
        raise InvalidValue(field="points", value=str(points), expected=Both("points, more than 0", "大于 0 的积分"))


def smallest_units(points: Fraction, scheme: Scheme) -> int:
    """Points in the smallest unit of their scheme.

    Raises: InvalidValue, where they are finer than that.
    """
    exact = points * 10**scheme.scale
    if exact.denominator != 1:
        finest = Both(f"at most {scheme.scale} decimals", f"至多 {scheme.scale} 位小数")
        raise InvalidValue(field="points", value=str(points), expected=finest)
    return int(exact)


def lacking(required: int, available: int, scale: int) -> InsufficientPoints:
    """The refusal where fewer points are there than are required, both in smallest units."""
    numbers = {"required": required, "available": available, "missing": required - available}
    return InsufficientPoints(**{name: shown(each, scale) for name, each in numbers.items()})
