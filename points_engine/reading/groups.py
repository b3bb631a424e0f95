"""Groups and what they can give on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from points_engine.flow.entities import Group
from points_engine.flow.rules import schemes
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.reading.view import View
from points_engine.store.tables import METADATA


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group, and its points by scheme; schemes of which it has none are left out."""

    group: Group
    points: dict[str, str]


def groups(view: View) -> list[GroupView]:
    """Every group by its code."""
    accounts, scales = METADATA.tables["account"], {each.code: each.scale for each in view.ask(schemes)}
    found = {each.code: GroupView(each, {}) for each in view.where(Group)}
    places = {amounts.group(code): code for code in found}
    query = select(accounts.c.account, accounts.c.asset, accounts.c.balance).where(
        accounts.c.account.in_(places), accounts.c.balance != 0
    )
    for account, asset, balance in view.connection.execute(query.order_by(accounts.c.asset)):
        scheme = asset.removeprefix("points/")
        found[places[account]].points[scheme] = shown(balance, scales[scheme])
    return list(found.values())
