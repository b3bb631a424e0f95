"""Assets and accounts: what can be counted, and the addresses where it can be."""

from __future__ import annotations

from datetime import date
from typing import Final

NEVER: Final = date(9999, 12, 31)
"""The expiry day of value that does not expire."""

MINUTES: Final = "minutes"
"""The asset of the statutory record of service time; never spent."""

SERVED: Final = "programme/served"
"""Where minutes come from."""


def points(scheme: str) -> str:
    """The asset of a scheme's points, counted in 10**-scale of a point."""
    return f"points/{scheme}"


def volunteer(volunteer_id: str, part: str = "") -> str:
    """A volunteer's account; `part` is one of held, pending, donate_only, debt, or empty for what can be spent."""
    return f"volunteer/{volunteer_id}/{part}" if part else f"volunteer/{volunteer_id}"


def scheme(code: str, part: str) -> str:
    """A scheme's source or sink: issued, allotted, expired, forfeited, adjusted, opening."""
    return f"scheme/{code}/{part}"


def fund(code: str, part: str = "") -> str:
    """A fund's account; `part` is reserved or donors, or empty for what it can promise."""
    return f"fund/{code}/{part}" if part else f"fund/{code}"


def group(code: str) -> str:
    """A group's account: what its members gave it, to be given on."""
    return f"group/{code}"


def partner(code: str, part: str) -> str:
    """A partner's account: redeemed (points it collected) or payable (money it is owed)."""
    return f"partner/{code}/{part}"


def is_guarded(account: str) -> bool:
    """Whether the account has a row that is locked and checked: volunteers, groups and funds, not sources and sinks."""
    return account[:10] == "volunteer/" or (account[:5] in ("fund/", "group") and not account.endswith("/donors"))


def may_be_negative(account: str) -> bool:
    """Whether a guarded account counts what is owed, at or below zero."""
    return account.endswith("/debt")


def shown(amount: int, scale: int) -> str:
    """An amount in smallest units as people write it.

    >>> shown(4300, 3), shown(-25, 1), shown(7, 0)
    ('4.3', '-2.5', '7')
    """
    if scale == 0:
        return str(amount)
    units, rest = divmod(abs(amount), 10**scale)
    decimals = f"{rest:0{scale}d}".rstrip("0")
    return ("-" if amount < 0 else "") + (f"{units}.{decimals}" if decimals else str(units))
