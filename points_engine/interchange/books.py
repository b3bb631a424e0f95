"""What ids and assets are called outside, and the balances that an export ends with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from points_engine.flow.entities import Fund, Group, Partner, Scheme, Volunteer
from points_engine.ledger import amounts
from points_engine.store.statements import ROWS_AT_ONCE
from points_engine.store.tables import METADATA, table_of

MINOR_DIGITS: Final = {"JPY": 0, "KRW": 0}
"""Decimals of a currency's major unit where they are not two (ISO 4217)."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids and assets are called outside: volunteers by number, and how many decimals each asset has."""

    numbers: dict[str, str]
    decimals: dict[str, int]
    schemes: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def exact(self, amount: int, asset: str) -> str:
        """An amount in smallest units as an exact decimal in the asset's unit.

        >>> Names({}, {"CNY": 2}).exact(-1005, "CNY"), Names({}, {"minutes": 0}).exact(90, "minutes")
        ('-10.05', '90')
        """
        digits = self.decimals[asset]
        if not digits:
            return str(amount)
        whole, rest = divmod(abs(amount), 10**digits)
        return f"{'-' if amount < 0 else ''}{whole}.{rest:0{digits}d}"


def names(connection: Connection) -> Names:
    """The names that an export needs."""
    volunteers, schemes, funds, partners = (table_of(kind) for kind in (Volunteer, Scheme, Fund, Partner))
    scales = {row.code: row.scale for row in connection.execute(select(schemes.c.code, schemes.c.scale))}
    currencies = {row.code: row.currency for row in connection.execute(select(funds.c.code, funds.c.currency))}
    decimals = {amounts.MINUTES: 0}
    decimals |= {amounts.points(scheme): scale for scheme, scale in sorted(scales.items())}
    decimals |= {currency: MINOR_DIGITS.get(currency, 2) for currency in sorted(set(currencies.values()))}
    numbers = {row.id: row.number for row in connection.execute(select(volunteers.c.id, volunteers.c.number))}
    others = tuple(connection.execute(select(partners.c.code)).scalars())
    groups = tuple(connection.execute(select(table_of(Group).c.code)).scalars())
    return Names(numbers, decimals, tuple(scales), tuple(currencies), others, groups)


def balances(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """Every guarded account that was ever posted to: (account, asset, balance)."""
    account = METADATA.tables["account"]
    query = select(account.c.account, account.c.asset, account.c.balance).order_by(account.c.account, account.c.asset)
    for row in connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        yield row.account, row.asset, row.balance
