"""Draws: opened with what is committed to beforehand, and drawn once nobody can enter any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from points_engine.bilingual import Both, in_language
from points_engine.errors import AlreadyExists, DrawStillOpen, InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Activity, Draw, Outlet, Ticket, Wins
from points_engine.flow.rules import pack_of, pack_today, rule_needs, the_scheme
from points_engine.flow.scarce.keeping import check_there, keep, kept_needs, where
from points_engine.flow.scarce.offering import offered, wins_need
from points_engine.flow.scarce.seeds import commitment_to, seed_of
from points_engine.flow.scarce.states import DRAW_MOVES, moved
from points_engine.flow.wire import LATER, instant
from points_engine.limits import DRAW_PLACES, OFFER_HOURS
from points_engine.rulebook.draws import is_barred, rank
from points_engine.rulebook.kinds import Draw as DrawRule
from points_engine.rulebook.kinds import Unknown
from points_engine.rulebook.measures import whole
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import with_day
from points_engine.rulebook.terms import number_of


@dataclass(frozen=True, slots=True)
class OpenDraw:
    """Places of one reward or activity are given out by a rule of the pack, among those who enter until `closes_at`.

    Which of the two is named, the rule says. `places` None are as many as the rule says; a winner may take an offer up
    for `offer_hours`.  Where each outlet has a stock of its own, `outlet` says from whose the places are.
    """

    code: str
    scheme: str
    rule: str
    closes_at: datetime
    reward: str = ""
    activity: str = ""
    places: int | None = None
    offer_hours: int = 48
    outlet: str = field(default="", metadata=LATER)

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.code("scheme", self.scheme)
        shapes.code("rule", self.rule)
        shapes.moment("closes_at", self.closes_at)
        shapes.optional_code("reward", self.reward)
        shapes.optional_code("activity", self.activity)
        if self.places is not None:
            shapes.whole("places", self.places, 1, DRAW_PLACES)
        shapes.whole("offer_hours", self.offer_hours, 1, OFFER_HOURS)
        shapes.optional_code("outlet", self.outlet)

    @property
    def about(self) -> str:
        """The code of what is given out."""
        return self.reward or self.activity


def open_needs(command: OpenDraw, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Draw, (command.code,))
    yield where("reward" if command.reward else "enrolment", command.scheme, command.about, command.outlet)
    if command.outlet:
        yield OneRow(Outlet, (command.outlet,))
    if command.activity:
        yield OneRow(Activity, (command.activity,))


def open_draw(command: OpenDraw, desk: Desk) -> dict[str, Any]:
    """Open a draw: its places are kept aside, its seed is committed to. The same again answers the one that is there.

    Raises, first that applies: NotFound (the scheme), AlreadyExists, NoPackInForce, NotFound (the rule), InvalidValue
    (what is drawn for, when it closes, how many places), whatever `check_there` does.
    """
    the_scheme(desk, command.scheme)
    there = desk.find(Draw, command.code)
    if there is not None:
        if not _is_same(command, there):
            raise AlreadyExists(what="draw", code=command.code)
        return _opened(there, created=False)
    pack = pack_today(desk, command.scheme)
    rule = pack.rules.get(command.rule)
    if not isinstance(rule, DrawRule):
        raise NotFound(what="rule", code=command.rule)
    today = desk.now.astimezone(pack.zone).date()
    _check_purpose(command, rule)
    if command.closes_at <= desk.now:
        later = Both(f"later than {instant(desk.now)}", f"晚于 {instant(desk.now)}")
        raise InvalidValue(field="closes_at", value=instant(command.closes_at), expected=later)
    places = _places(pack, rule, today, command.places)
    stocked = check_there(desk, pack, rule.purpose, command.about, command.outlet, places)

    # Nothing below this line may refuse.
    identity = desk.make_id()
    seed = seed_of(desk.secret, command.code, identity)
    draw = Draw(
        command.code, identity, command.scheme, rule.id, rule.purpose, command.about, rule.order, places, kept=places,
        free=places if rule.order == "first" else 0, stocked=stocked, tickets=0, offer_hours=command.offer_hours,
        pack=pack.hash, opened_at=desk.now, closes_at=command.closes_at, drawn_at=None,
        commitment=commitment_to(seed) if rule.order == "lottery" else "", seed="", state="open",
        outlet=command.outlet,
    )  # fmt: skip
    desk.put(draw)
    keep(desk, draw, places)
    return _opened(draw, created=True)


def _is_same(command: OpenDraw, there: Draw) -> bool:
    said = (command.scheme, command.rule, command.about, command.closes_at, command.offer_hours, command.outlet)
    known = (there.scheme, there.rule, there.about, there.closes_at, there.offer_hours, there.outlet)
    purpose = "enrolment" if command.activity else "reward"
    is_one = not (command.reward and command.activity)
    return said == known and is_one and purpose == there.purpose and command.places in (None, there.places)


def _check_purpose(command: OpenDraw, rule: DrawRule) -> None:
    """What the rule gives out is named, and nothing else."""
    wanted, other = ("reward", "activity") if rule.purpose == "reward" else ("activity", "reward")
    if not getattr(command, wanted):
        needed = Both(f"the {wanted} that {rule.id} gives out", f"规则 {rule.id} 所分配的{in_language(wanted, 'zh')}")
        raise InvalidValue(field=wanted, value="—", expected=needed)
    if getattr(command, other):
        nothing = Both(f"nothing: {rule.id} gives out the {wanted}", f"留空：规则 {rule.id} 不分配此项")
        raise InvalidValue(field=other, value=getattr(command, other), expected=nothing)


def _places(pack: Pack, rule: DrawRule, today: date, asked: int | None) -> int:
    """How many places there are: as many as the rule says, or fewer that are asked for."""
    most = number_of(rule.places, with_day(pack, today, {}))
    if isinstance(most, Unknown):
        if asked is None:
            wanted = Both("how many: the rule goes by the applicants", "名额数（规则按报名人数确定）")
            raise InvalidValue(field="places", value="—", expected=wanted)
        return asked
    bound = min(int(most), DRAW_PLACES)
    if bound < 1 or (asked is not None and asked > bound):
        wanted = Both(f"1 to {bound}, as the rule says", f"1 至 {bound}（按规则）")
        raise InvalidValue(field="places", value=asked or bound, expected=wanted)
    return asked or bound


def _opened(draw: Draw, *, created: bool) -> dict[str, Any]:
    return {
        "draw": draw.code, "scheme": draw.scheme, "state": draw.state, "places": draw.places,
        "closes_at": instant(draw.closes_at), "commitment": draw.commitment, "created": created,
    }  # fmt: skip


# ---- drawing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DrawNow:
    """Nobody can enter any more: the seed is revealed, tickets are ranked, the first of them are offered a place."""

    draw: str

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)


def draw_needs(command: DrawNow, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from kept_needs(desk, command.draw)
    tickets = Children(Ticket, (command.draw,))
    yield tickets
    draw = desk.peek(Draw, command.draw)
    if draw is not None and desk.has(tickets):
        for ticket in desk.children(Ticket, command.draw):
            if ticket.state == "entered":
                yield wins_need(draw, ticket.volunteer_id)


def draw_now(command: DrawNow, desk: Desk) -> dict[str, Any]:
    """Rank the tickets and offer the places.

    Who has won lately is out, unless the rule spares them.  Where the first who come are served, this only ends the
    entries.  Places that nobody waits for are free for everybody again.
    Raises, first that applies: NotFound, WrongState (drawn already), DrawStillOpen.
    """
    draw = the_draw(desk, command.draw)
    if draw.state != "open":
        raise WrongState(state=draw.state, action="draw")
    if desk.now <= draw.closes_at:
        raise DrawStillOpen(closes_at=instant(draw.closes_at))

    # Nothing below this line may refuse.
    assert "drawn" in DRAW_MOVES[draw.state], "an open draw can be drawn"
    pack, rule = rules_of(desk, draw)
    seed = seed_of(desk.secret, draw.code, draw.id)
    assert not draw.commitment or commitment_to(seed) == draw.commitment, "the secret is the one it was opened with"
    entered = [ticket for ticket in desk.children(Ticket, draw.code) if ticket.state == "entered"]
    desk.require(wins_need(draw, ticket.volunteer_id) for ticket in entered)
    ranked, barred = _ranked(desk, pack, rule, entered, seed)
    places = _given_out(draw, pack, rule, len(entered))
    for ticket in barred:
        desk.put(moved(ticket, "out"))
    for place, ticket in enumerate(ranked, start=1):
        at = replace(ticket, place=place)
        desk.put(offered(desk, draw, at) if place <= places else moved(at, "waiting"))
    used = min(places, len(ranked)) if draw.order != "first" else draw.kept - draw.free
    keep(desk, draw, used - draw.kept)
    revealed = seed if draw.commitment else ""
    desk.put(replace(draw, state="drawn", places=places, kept=used, free=0, seed=revealed, drawn_at=desk.now))
    return {
        "draw": draw.code, "scheme": draw.scheme, "state": "drawn", "seed": revealed, "places": places,
        "winners": [ticket.ticket for ticket in ranked[:places]],
        "waiting": max(0, len(ranked) - places), "out": len(barred),
    }  # fmt: skip


def _ranked(
    desk: Desk, pack: Pack, rule: DrawRule, entered: list[Ticket], seed: str
) -> tuple[list[Ticket], list[Ticket]]:
    """The tickets that take part, in order, and those of recent winners."""
    today = desk.now.astimezone(pack.zone).date()
    barred = [
        ticket
        for ticket in entered
        if (won := won_on(desk, pack.scheme, rule.id, ticket.volunteer_id))  # few have ever won
        and is_barred(pack, rule, today, won, is_spared=ticket.is_spared)
    ]
    out = {ticket.ticket for ticket in barred}
    worths = {text: whole(Fraction(text)) for text in {ticket.worth for ticket in entered}}
    ranked = sorted(
        (ticket for ticket in entered if ticket.ticket not in out),
        key=lambda ticket: rank(rule, worths[ticket.worth], seed, str(ticket.ticket), ticket.ticket),
    )
    return ranked, barred


def _given_out(draw: Draw, pack: Pack, rule: DrawRule, applicants: int) -> int:
    """The places, where the rule goes by how many applied: never more than were kept aside."""
    day = draw.opened_at.astimezone(pack.zone).date()
    most = number_of(rule.places, with_day(pack, day, {"act.applicants": applicants}))
    return draw.places if isinstance(most, Unknown) or draw.order == "first" else max(0, min(draw.places, int(most)))


# ---- finding -------------------------------------------------------------------------------------------------------


def the_draw(desk: Desk, code: str) -> Draw:
    """A draw.

    Raises: NotFound.
    """
    found = desk.find(Draw, code)
    if found is None:
        raise NotFound(what="draw", code=code)
    return found


def rules_of(desk: Desk, draw: Draw) -> tuple[Pack, DrawRule]:
    """The pack and the rule that hold for a draw: those in force when it was opened."""
    pack = pack_of(desk, draw.pack)
    rule = pack.rules[draw.rule]
    assert isinstance(rule, DrawRule), "a draw goes by the rule that it was opened with"
    return pack, rule


def won_on(desk: Desk, scheme: str, rule: str, volunteer_id: str) -> list[date]:
    """On which days a volunteer has won in draws of a rule."""
    wins = desk.find(Wins, volunteer_id, scheme, rule)
    return [] if wins is None else [date.fromisoformat(day) for day in json.loads(wins.won_json).values()]
