"""Merging two records of one person: history and balances go to one of them, and the books say so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from points_engine.errors import FourEyes, OpenHolds, SameVolunteer, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import (
    Adjustment,
    Award,
    Challenge,
    CheckIn,
    Conflict,
    Fact,
    Hold,
    HoldCode,
    Lapse,
    Seats,
    SignUp,
    TierHeld,
    Volunteer,
    VolunteerFact,
    VolunteerNumber,
)
from points_engine.flow.people.actors import actor_needs, is_oneself
from points_engine.flow.people.households import HOUSEHOLD, move_in, subjects_ever
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs
from points_engine.flow.rules import rule_needs, schemes, today_of
from points_engine.flow.scarce.merging import check_offers, move_tickets, tickets_needs
from points_engine.flow.service.awards import recast, recast_needs
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.lateness import BEGINNING
from points_engine.ledger import amounts
from points_engine.ledger.entries import Entry, Line, merged
from points_engine.ledger.lots import draw

PARTS = ("", "donate_only", "debt")


@dataclass(frozen=True, slots=True)
class MergeVolunteers:
    """`absorbed` and `survivor` are one person: everything of the first becomes the second's."""

    absorbed: str
    survivor: str

    def __post_init__(self) -> None:
        shapes.code("absorbed", self.absorbed)
        shapes.code("survivor", self.survivor)


def merge_needs(command: MergeVolunteers, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from actor_needs(desk)
    for number in (command.absorbed, command.survivor):
        yield from volunteer_needs(desk, number)
        found = desk.peek(VolunteerNumber, number)
        if found is not None:
            yield from recast_needs(desk, found.volunteer_id)
            for dated in (Fact, Award, CheckIn):
                yield Children(dated, (found.volunteer_id,), BEGINNING)
            for kind in (Hold, VolunteerNumber, VolunteerFact, TierHeld, Adjustment, SignUp, Conflict, Challenge):
                yield Children(kind, (found.volunteer_id,))
    absorbed, survivor = (desk.peek(VolunteerNumber, number) for number in (command.absorbed, command.survivor))
    if absorbed is not None and survivor is not None:
        yield from tickets_needs(desk, absorbed.volunteer_id, survivor.volunteer_id)


def merge_volunteers(command: MergeVolunteers, desk: Desk) -> dict[str, Any]:
    """Merge two records of one person; awards are folded again over the joint history.

    Raises, first that applies: NotFound, SameVolunteer, FourEyes (the person themself), OpenHolds (of the absorbed),
    WrongState (the absorbed one is checked in, or is offered a place in a draw), DecreaseBlocked.
    """
    absorbed, survivor = the_volunteer(desk, command.absorbed), the_volunteer(desk, command.survivor)
    if absorbed.id == survivor.id:
        raise SameVolunteer()
    if is_oneself(desk, absorbed.id) or is_oneself(desk, survivor.id):
        raise FourEyes(principal=desk.principal)
    held = [hold for hold in desk.children(Hold, absorbed.id) if hold.state == "open"]
    if held:
        raise OpenHolds(count=len(held))
    if any(row.state == "open" for row in desk.children(CheckIn, absorbed.id, since=BEGINNING)):
        raise WrongState(state="checked in", action="merge")
    check_offers(desk, absorbed.id)

    lines = _transfer(desk, absorbed, survivor)
    entry_id = ""
    if lines:
        entry_id = desk.make_id()
        desk.post(Entry(entry_id, "merge", desk.command_id, desk.now, merged(lines)))
    left = [*subjects_ever(desk, survivor.id), *subjects_ever(desk, absorbed.id)]
    moved = _move_history(desk, absorbed, survivor)
    desk.put(replace(absorbed, standing="deregistered", merged_into=survivor.id))
    for number in desk.children(VolunteerNumber, absorbed.id):
        desk.put(replace(number, volunteer_id=survivor.id))
    outcome = recast(desk, survivor, since=BEGINNING, kind="merge", left=left)
    return {"absorbed": absorbed.id, "survivor": survivor.id, "records": moved, "transfer": entry_id or None, **outcome}


def _transfer(desk: Desk, absorbed: Volunteer, survivor: Volunteer) -> list[Line]:
    assets = [(amounts.MINUTES, ("",)), *((amounts.points(scheme.code), PARTS) for scheme in schemes(desk))]
    places = [(asset, part) for asset, parts in assets for part in parts]
    desk.require(
        OneAccount(amounts.volunteer(each.id, part), asset) for asset, part in places for each in (absorbed, survivor)
    )
    lines: list[Line] = []
    for asset, part in places:
        source, target = amounts.volunteer(absorbed.id, part), amounts.volunteer(survivor.id, part)
        for expires_on, amount in sorted(desk.account(source, asset).lots.items()):
            lines.append(Line(source, asset, -amount, expires_on))
            lines.append(Line(target, asset, amount, expires_on))
    for scheme in schemes(desk):
        lines += _debt_paid(desk, scheme.code, absorbed, survivor)
    return lines


def _debt_paid(desk: Desk, scheme: str, absorbed: Volunteer, survivor: Volunteer) -> list[Line]:
    """What one of the two owes is paid from what the other can spend: debt comes first, as with an award."""
    asset, lots, owed = amounts.points(scheme), Counter[date](), 0
    for each in (absorbed, survivor):
        lots.update(desk.account(amounts.volunteer(each.id), asset).lots)
        owed -= desk.account(amounts.volunteer(each.id, "debt"), asset).balance
    today = today_of(desk, scheme)
    paid = min(owed, sum(amount for day, amount in lots.items() if day >= today))
    if not paid:
        return []
    taken = [Line(amounts.volunteer(survivor.id), asset, -amount, day) for day, amount in draw(lots, paid, today)]
    return [*taken, Line(amounts.volunteer(survivor.id, "debt"), asset, paid)]


def _move_history(desk: Desk, absorbed: Volunteer, survivor: Volunteer) -> int:
    facts = desk.children(Fact, absorbed.id, since=BEGINNING)
    for fact in facts:
        desk.put(replace(fact, volunteer_id=survivor.id))
    _join_once(desk, survivor)
    for award in desk.children(Award, absorbed.id, since=BEGINNING):
        desk.put(replace(award, volunteer_id=survivor.id))
    holds = desk.children(Hold, absorbed.id)
    desk.require(OneRow(HoldCode, (hold.code,)) for hold in holds)
    for hold in holds:
        desk.put(replace(hold, volunteer_id=survivor.id))
        desk.put(HoldCode(hold.code, hold.id, survivor.id))
    for presence in desk.children(CheckIn, absorbed.id, since=BEGINNING):
        desk.put(replace(presence, volunteer_id=survivor.id))
    for conflict in desk.children(Conflict, absorbed.id):
        desk.put(replace(conflict, volunteer_id=survivor.id))
    for challenge in desk.children(Challenge, absorbed.id):
        desk.put(replace(challenge, volunteer_id=survivor.id))
    for adjustment in desk.children(Adjustment, absorbed.id):
        desk.put(replace(adjustment, volunteer_id=survivor.id))
    for tier in desk.children(TierHeld, absorbed.id):
        desk.put(replace(tier, is_void=True))
    for scheme in schemes(desk):
        _move_lapses(desk, scheme.code, absorbed, survivor)
    _move_sign_ups(desk, absorbed, survivor)
    move_tickets(desk, absorbed.id, survivor.id)
    known = {(fact.name, fact.from_day) for fact in desk.children(VolunteerFact, survivor.id)}
    for stated in desk.children(VolunteerFact, absorbed.id):
        if (stated.name, stated.from_day) not in known:
            desk.put(replace(stated, volunteer_id=survivor.id))
            if stated.name == HOUSEHOLD and (household := json.loads(stated.value_json)):
                move_in(desk, survivor.id, household)
    return sum(fact.kind in ("record", "deed") for fact in facts)


def _join_once(desk: Desk, survivor: Volunteer) -> None:
    """One person joined once, on the earliest day: what joining earns is not paid twice."""
    joined = [fact for fact in desk.children(Fact, survivor.id, since=BEGINNING) if fact.kind == "joined"]
    in_force = sorted((fact for fact in joined if fact.state in IN_FORCE), key=lambda fact: (fact.start, fact.id))
    for fact in in_force[1:]:
        desk.put(replace(fact, state="reversed"))


def _move_lapses(desk: Desk, scheme: str, absorbed: Volunteer, survivor: Volunteer) -> None:
    there = {lapse.expires_on: lapse.amount for lapse in desk.children(Lapse, scheme, survivor.id)}
    for lapse in desk.children(Lapse, scheme, absorbed.id):
        desk.put(Lapse(scheme, survivor.id, lapse.expires_on, lapse.amount + there.get(lapse.expires_on, 0)))
        desk.put(replace(lapse, amount=0))


def _move_sign_ups(desk: Desk, absorbed: Volunteer, survivor: Volunteer) -> None:
    """Promises to come go along; where both had promised, one place is free again."""
    promised = [row for row in desk.children(SignUp, absorbed.id) if row.state != "withdrawn"]
    desk.require(OneRow(SignUp, (row.activity, survivor.id)) for row in promised)
    desk.require(OneRow(Seats, (row.activity,)) for row in promised)
    for row in promised:
        theirs = desk.find(SignUp, row.activity, survivor.id)
        desk.put(replace(row, state="withdrawn"))
        if theirs is None or theirs.state == "withdrawn":
            desk.put(replace(row, volunteer_id=survivor.id))
            continue
        seats = desk.find(Seats, row.activity)
        assert seats is not None, "an activity that somebody signed up for has its places"
        desk.put(replace(seats, taken=seats.taken - 1))
        if row.state == "attended":
            desk.put(replace(theirs, state="attended"))
