"""The statements that views ask again and again, each made once.

What the library derives from a statement object costs more than reading the few rows that it finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select, tuple_

from points_engine.flow.entities import Row
from points_engine.store.tables import METADATA, table_of

_MADE: Final[dict[tuple[object, ...], Select[Any]]] = {}


def having(kind: type[Row], names: tuple[str, ...], unset: tuple[str, ...] = ()) -> Select[Any]:
    """The rows of an entity whose fields have the values that are given under their names; `unset` ones have none."""
    place = (kind, names, unset)
    if place not in _MADE:
        table = table_of(kind)
        _MADE[place] = select(table).where(
            *(table.c[name].is_(None) if name in unset else table.c[name] == bindparam(name) for name in names)
        )
    return _MADE[place]


def any_of(kind: type[Row]) -> Select[Any]:
    """The rows of an entity under any of the given `keys`."""
    place = (kind, "keys")
    if place not in _MADE:
        table = table_of(kind)
        _MADE[place] = select(table).where(_among([table.c[name] for name in kind.KEY]))
    return _MADE[place]


def _among(columns: Sequence[Any]) -> ColumnElement[bool]:
    """Rows whose columns are one of the given `keys`; one statement whatever their number."""
    given: BindParameter[Any] = bindparam("keys", expanding=True)
    named: ColumnElement[bool] = columns[0].in_(given) if len(columns) == 1 else tuple_(*columns).in_(given)
    return named


def bare(keys: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Keys as `any_of` takes them: those of one field without their tuple."""
    return [key[0] for key in keys] if len(keys[0]) == 1 else list(keys)


def _accounts() -> Select[Any]:
    """Accounts with their lots, by the primary keys of both."""
    accounts, lots = METADATA.tables["account"], METADATA.tables["lot"]
    same = and_(lots.c.account == accounts.c.account, lots.c.asset == accounts.c.asset)
    return (
        select(
            accounts.c.account, accounts.c.asset, accounts.c.version, accounts.c.balance, lots.c.expires_on,
            lots.c.amount,
        )
        .select_from(accounts.outerjoin(lots, same))
        .where(_among([accounts.c.account, accounts.c.asset]))
    )  # fmt: skip


ACCOUNTS: Final = _accounts()
"""Accounts with their lots, by any of the given `keys`: account and asset."""


def behind(first: ColumnElement[Any], second: ColumnElement[Any], place: tuple[Any, Any]) -> ColumnElement[bool]:
    """What comes after a place in the order of two columns."""
    return or_(first > place[0], and_(first == place[0], second > place[1]))
