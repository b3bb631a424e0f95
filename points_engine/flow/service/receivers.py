"""Who was served and pays for it: awards with `source: receiver` move points from the account of whom the service was
for, as time banks do; what is taken back goes back to whoever paid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fact, Group, Scheme, Volunteer, VolunteerNumber
from points_engine.flow.exact import lacking
from points_engine.flow.people.lookup import identity_needs, volunteer_needs
from points_engine.flow.rules import rule_history, today_of
from points_engine.flow.service.balances import paid_out
from points_engine.flow.service.lateness import known_schemes
from points_engine.ledger import amounts
from points_engine.ledger.entries import Line
from points_engine.ledger.lots import draw
from points_engine.rulebook.acts import expiry_of, floor

RECEIVER: Final = "record.receiver"
"""The fact that says who was served: a volunteer's number, or `group:` and a group's code."""

_GROUP: Final = "group:"

WANTED: Final = Both("the number of whom the service was for, or group:CODE", "服务对象的编号，或 group:团体代码")


def receiver_needs(desk: Desk, facts: Mapping[str, Any]) -> Iterator[Need]:
    """The rows of whom a service was for, as far as it is stated, and what they pay from."""
    stated = facts.get(RECEIVER)
    if not isinstance(stated, str) or not stated:
        return
    if stated.startswith(_GROUP):
        yield OneRow(Group, (stated.removeprefix(_GROUP),))
        return
    yield from volunteer_needs(desk, stated)
    found = desk.peek(VolunteerNumber, stated)
    if found is not None:
        for scheme in known_schemes(desk):
            yield from _purse(amounts.volunteer(found.volunteer_id), scheme.code)


def check_receiver(desk: Desk, volunteer: Volunteer, facts: Mapping[str, Any]) -> None:
    """Whether whom a service was for is somebody, and somebody else, where it is stated.

    Raises, first that applies: NotFound, InvalidValue (nobody pays themself).
    """
    stated = facts.get(RECEIVER)
    if stated and _account(desk, str(stated)) == amounts.volunteer(volunteer.id):
        expected = Both("somebody else than who served", "服务者本人以外的人")
        raise InvalidValue(field=RECEIVER, value=stated, expected=expected)


def payer_of(desk: Desk, fact: Fact) -> str:
    """The account of whom the service was for.

    Raises: InvalidValue (it is not stated), NotFound.
    """
    stated = json.loads(fact.facts_json).get(RECEIVER)
    if not stated:
        raise InvalidValue(field=RECEIVER, value="—", expected=WANTED)
    return _account(desk, str(stated))


def present_payer(desk: Desk, account: str) -> str:
    """The account that somebody who paid has now: after a merge, that of who remains."""
    kind, _, owner = account.partition("/")
    while kind == "volunteer":
        volunteer = desk.find(Volunteer, owner)
        if volunteer is None or volunteer.merged_into is None:
            break
        owner = volunteer.merged_into
    return f"{kind}/{owner}"


def payer_lines(desk: Desk, scheme: Scheme, account: str, amount: int) -> list[Line]:
    """Points that a payer pays, the soonest to expire first and then down to the floor; or has back, for as long as
    points are usable that are earned today.

    Raises: InsufficientPoints.
    """
    asset, today = amounts.points(scheme.code), today_of(desk, scheme.code)
    pack = rule_history(desk, scheme.code).versions[-1][1]
    owner = account.removeprefix("volunteer/")
    if owner != account:
        desk.require(identity_needs(desk, owner))
    desk.require(_purse(account, scheme.code))
    if amount < 0:
        if owner == account:
            return [Line(account, asset, -amount)]
        return paid_out(desk, scheme, owner, {expiry_of(pack, today): -amount})
    there = desk.account(account, asset)
    usable = there.usable(today)
    available = usable
    if owner != account:
        available += desk.account(amounts.volunteer(owner, "debt"), asset).balance - (floor(pack, today, {}) or 0)
    if available < amount:
        raise lacking(amount, max(available, 0), scheme.scale)
    lines = [Line(account, asset, -each, day) for day, each in draw(there.lots, min(amount, usable), today)]
    lent = amount - min(amount, usable)
    return [*lines, Line(amounts.volunteer(owner, "debt"), asset, -lent)] if lent else lines


def _account(desk: Desk, stated: str) -> str:
    if stated.startswith(_GROUP):
        code = stated.removeprefix(_GROUP)
        if desk.find(Group, code) is None:
            raise NotFound(what="group", code=code)
        return amounts.group(code)
    found = desk.find(VolunteerNumber, stated)
    if found is None:
        raise NotFound(what="volunteer", code=stated)
    return amounts.volunteer(found.volunteer_id)


def _purse(account: str, scheme: str) -> list[Need]:
    asset = amounts.points(scheme)
    parts = ("", "/held", "/donate_only", "/debt") if account.startswith("volunteer/") else ("",)
    return [OneAccount(account + part, asset) for part in parts]
