"""Gifts: points from a volunteer or a group to somebody, to a group or a fund, where a rule lets them pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import NotAdmitted, NotFound, SameVolunteer
from points_engine.flow import shapes
from points_engine.flow.admission import reason_facts, say, values_for
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fund, Group, Scheme, Volunteer, VolunteerNumber
from points_engine.flow.exact import check_points, lacking, smallest_units
from points_engine.flow.people.lookup import an_active_volunteer, subject, volunteer_needs
from points_engine.flow.rules import pack_today, rule_needs, the_scheme
from points_engine.flow.service.awards import award_needs
from points_engine.flow.service.balances import paid_out
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.ledger.entries import Entry, Line, merged
from points_engine.ledger.lots import draw
from points_engine.rulebook.acts import admission, expiry_of
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.reasons import Reason
from points_engine.rulebook.subjects import fact_on
from points_engine.rulebook.transfers import Passage, passage

RECEIVERS: Final = ("volunteer", "group", "fund")


@dataclass(frozen=True, slots=True)
class GivePoints:
    """`volunteer` gives `points` (exact, such as 5 or 1/2) to the volunteer, group or fund under the code `to`.

    `kinship` is what the receiver is to the giver, as whoever asks has seen it: parent, child, …
    """

    volunteer: str
    scheme: str
    points: Fraction
    to_kind: str
    to: str
    kinship: str = ""

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("scheme", self.scheme)
        _check_gift(self)
        shapes.optional_code("kinship", self.kinship)


@dataclass(frozen=True, slots=True)
class GiveFromGroup:
    """`group` gives points on, to the volunteer or fund under the code `to`."""

    group: str
    scheme: str
    points: Fraction
    to_kind: str
    to: str

    def __post_init__(self) -> None:
        shapes.code("group", self.group)
        shapes.code("scheme", self.scheme)
        _check_gift(self)


def _check_gift(command: GivePoints | GiveFromGroup) -> None:
    check_points(command.points)
    shapes.one_of("to_kind", command.to_kind, RECEIVERS)
    shapes.code("to", command.to)


def give_needs(command: GivePoints | GiveFromGroup, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    asset = amounts.points(command.scheme)
    numbers = [command.volunteer] if isinstance(command, GivePoints) else []
    for number in [*numbers, *([command.to] if command.to_kind == "volunteer" else [])]:
        yield from volunteer_needs(desk, number)
        found = desk.peek(VolunteerNumber, number)
        if found is not None:
            yield from award_needs(desk, found.volunteer_id)
    groups = [command.group] if isinstance(command, GiveFromGroup) else []
    for code in [*groups, *([command.to] if command.to_kind == "group" else [])]:
        yield OneRow(Group, (code,))
        yield OneAccount(amounts.group(code), asset)
    if command.to_kind == "fund":
        yield OneRow(Fund, (command.to,))
        yield OneAccount(amounts.fund(command.to), asset)


def give_points(command: GivePoints, desk: Desk) -> dict[str, Any]:
    """Move points with their days, or with days counted anew, as the rule says.

    What would lift the receiver over a ceiling goes where the pack sends it, and a debt of theirs is paid first.
    Raises, first that applies: NotFound (giver, scheme, receiver), StandingBlocks (either), NoPackInForce,
    SameVolunteer, InvalidValue (finer than the smallest unit), NotAdmitted, InsufficientPoints.
    """
    giver = an_active_volunteer(desk, command.volunteer)
    scheme = the_scheme(desk, command.scheme)
    receiver = _receiver(desk, command)
    pack = pack_today(desk, scheme.code)
    if receiver is not None and receiver.id == giver.id:
        raise SameVolunteer()
    exact = smallest_units(command.points, scheme)
    today = desk.now.astimezone(pack.zone).date()
    allowed = _allowed(desk, pack, giver, receiver, command, today)
    parts = _drawn(desk, scheme, giver, exact, allowed.draws, today)

    # Nothing below this line may refuse.
    drawn = [(amounts.volunteer(giver.id, part), day, amount) for part, day, amount in parts]
    return _given(desk, scheme, pack, drawn, receiver, command, allowed, today)


def give_from_group(command: GiveFromGroup, desk: Desk) -> dict[str, Any]:
    """The same out of a group's account, the soonest to expire first.

    Raises, first that applies: NotFound (group, scheme, receiver), StandingBlocks, NoPackInForce, InvalidValue (finer
    than the smallest unit), NotAdmitted, InsufficientPoints.
    """
    if desk.find(Group, command.group) is None:
        raise NotFound(what="group", code=command.group)
    scheme = the_scheme(desk, command.scheme)
    receiver = _receiver(desk, command)
    pack = pack_today(desk, scheme.code)
    exact = smallest_units(command.points, scheme)
    today = desk.now.astimezone(pack.zone).date()
    allowed = _allowed(desk, pack, None, receiver, command, today)
    account = desk.account(amounts.group(command.group), amounts.points(scheme.code))
    usable = account.usable(today)
    if usable < exact:
        raise lacking(exact, usable, scheme.scale)

    # Nothing below this line may refuse.
    drawn = [(account.account, day, amount) for day, amount in draw(account.lots, exact, today)]
    return _given(desk, scheme, pack, drawn, receiver, command, allowed, today)


def _given(
    desk: Desk, scheme: Scheme, pack: Pack, drawn: Sequence[tuple[str, date, int]], receiver: Volunteer | None,
    command: GivePoints | GiveFromGroup, allowed: Passage, today: date,
) -> dict[str, Any]:  # fmt: skip
    """Post what was drawn to whoever gets it."""
    asset = amounts.points(scheme.code)
    lines = [Line(account, asset, -amount, day) for account, day, amount in drawn]
    coming: dict[date, int] = {}
    for _, day, amount in drawn:
        lot = day if allowed.lots == "keep" else expiry_of(pack, today)
        coming[lot] = coming.get(lot, 0) + amount
    if receiver is None:
        there = amounts.fund(command.to) if command.to_kind == "fund" else amounts.group(command.to)
        lines += [Line(there, asset, amount, day) for day, amount in coming.items()]
    else:
        lines += paid_out(desk, scheme, receiver.id, coming)
    entry = desk.make_id()
    desk.post(Entry(entry, "gift", desk.command_id, desk.now, merged(lines)))
    points = shown(sum(amount for _, _, amount in drawn), scheme.scale)
    return {"entry": entry, "points": points, "to": command.to, "rule": allowed.rule}


def _receiver(desk: Desk, command: GivePoints | GiveFromGroup) -> Volunteer | None:
    """The volunteer who gets it; None where it is a group or a fund.

    Raises, first that applies: NotFound, StandingBlocks.
    """
    if command.to_kind == "volunteer":
        return an_active_volunteer(desk, command.to)
    if desk.find(Fund if command.to_kind == "fund" else Group, command.to) is None:
        raise NotFound(what=command.to_kind, code=command.to)
    return None


def _allowed(
    desk: Desk, pack: Pack, giver: Volunteer | None, receiver: Volunteer | None, command: GivePoints | GiveFromGroup,
    today: date,
) -> Passage:  # fmt: skip
    facts: dict[str, Any] = {"act.today": today, "act.offered": command.points}
    if isinstance(command, GivePoints) and command.kinship:
        facts["act.kinship"] = command.kinship
    if receiver is not None:
        flags = fact_on(subject(desk, receiver), "volunteer.flags", today)
        facts["act.receivers"] = flags if isinstance(flags, tuple) else ()
    values = values_for(desk, pack, giver, today, facts)
    refused: tuple[Reason, ...] = admission(pack, "transfer", today, values)
    kind = "group" if giver is None else "volunteer"
    found = passage(pack, kind, command.to_kind, command.points, today, values)
    if isinstance(found, Passage) and not refused:
        return found
    reasons = refused if isinstance(found, Passage) else (*refused, *(each for each in found if each.rule))
    told = say(reasons) if reasons else Both("no rule lets points pass this way", "没有规则允许这样转赠")
    raise NotAdmitted(say=told, reasons=[reason_facts(reason) for reason in reasons])


def _drawn(
    desk: Desk, scheme: Scheme, giver: Volunteer, amount: int, draws: tuple[str, ...], today: date
) -> list[tuple[str, date, int]]:
    """The (account part, lot, amount) that a gift is drawn from: what can only be donated goes first."""
    asset, left = amounts.points(scheme.code), amount
    parts: list[tuple[str, date, int]] = []
    for kind in sorted(draws):  # donate_only, then spendable
        part = "" if kind == "spendable" else kind
        account = desk.account(amounts.volunteer(giver.id, part), asset)
        taken = min(left, account.usable(today))
        parts += [(part, day, each) for day, each in draw(account.lots, taken, today)]
        left -= taken
    if left:
        raise lacking(amount, amount - left, scheme.scale)
    return parts
