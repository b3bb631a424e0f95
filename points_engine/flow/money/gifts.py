"""Gifts: points from one volunteer to another, or to a fund, where a rule of the pack lets them pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import InsufficientPoints, InvalidValue, NotAdmitted, NotFound, SameVolunteer
from points_engine.flow import shapes
from points_engine.flow.admission import reason_facts, say, values_for
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fund, Scheme, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import an_active_volunteer, subject, volunteer_needs
from points_engine.flow.rules import pack_today, rule_needs, the_scheme
from points_engine.flow.service.awards import award_needs
from points_engine.flow.service.balances import paid_out
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.ledger.entries import Entry, Line, merged
from points_engine.ledger.lots import draw
from points_engine.limits import AMOUNT_MAX
from points_engine.rulebook.acts import admission, expiry_of
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.reasons import Reason
from points_engine.rulebook.subjects import fact_on
from points_engine.rulebook.transfers import Passage, passage

RECEIVERS: Final = ("volunteer", "fund")


@dataclass(frozen=True, slots=True)
class GivePoints:
    """`volunteer` gives `points` (exact, such as 5 or 1/2) to the volunteer or fund under the code `to`.

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
        if not 0 < self.points <= AMOUNT_MAX:
            raise InvalidValue(
                field="points", value=str(self.points), expected=Both("points, more than 0", "大于 0 的积分")
            )
        shapes.one_of("to_kind", self.to_kind, RECEIVERS)
        shapes.code("to", self.to)
        shapes.optional_code("kinship", self.kinship)


def give_needs(command: GivePoints, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    numbers = [command.volunteer, *([command.to] if command.to_kind == "volunteer" else [])]
    for number in numbers:
        yield from volunteer_needs(desk, number)
        found = desk.peek(VolunteerNumber, number)
        if found is not None:
            yield from award_needs(desk, found.volunteer_id)
    if command.to_kind == "fund":
        yield OneRow(Fund, (command.to,))
        yield OneAccount(amounts.fund(command.to), amounts.points(command.scheme))


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
    exact = command.points * 10**scheme.scale
    if exact.denominator != 1:
        finest = Both(f"at most {scheme.scale} decimals", f"至多 {scheme.scale} 位小数")
        raise InvalidValue(field="points", value=str(command.points), expected=finest)
    today = desk.now.astimezone(pack.zone).date()
    allowed = _allowed(desk, pack, giver, receiver, command, today)
    parts = _drawn(desk, scheme, giver, int(exact), allowed.draws, today)

    # Nothing below this line may refuse.
    asset = amounts.points(scheme.code)
    lines = [Line(amounts.volunteer(giver.id, part), asset, -amount, day) for part, day, amount in parts]
    coming: dict[date, int] = {}
    for _, day, amount in parts:
        lot = day if allowed.lots == "keep" else expiry_of(pack, today)
        coming[lot] = coming.get(lot, 0) + amount
    if receiver is None:
        lines += [Line(amounts.fund(command.to), asset, amount, day) for day, amount in coming.items()]
    else:
        lines += paid_out(desk, scheme, receiver.id, coming)
    entry = desk.make_id()
    desk.post(Entry(entry, "gift", desk.command_id, desk.now, merged(lines)))
    return {"entry": entry, "points": shown(int(exact), scheme.scale), "to": command.to, "rule": allowed.rule}


def _receiver(desk: Desk, command: GivePoints) -> Volunteer | None:
    if command.to_kind == "volunteer":
        return an_active_volunteer(desk, command.to)
    if desk.find(Fund, command.to) is None:
        raise NotFound(what="fund", code=command.to)
    return None


def _allowed(
    desk: Desk, pack: Pack, giver: Volunteer, receiver: Volunteer | None, command: GivePoints, today: date
) -> Passage:
    facts: dict[str, Any] = {"act.today": today, "act.offered": command.points}
    if command.kinship:
        facts["act.kinship"] = command.kinship
    if receiver is not None:
        flags = fact_on(subject(desk, receiver), "volunteer.flags", today)
        facts["act.receivers"] = flags if isinstance(flags, tuple) else ()
    values = values_for(desk, pack, giver, today, facts)
    refused: tuple[Reason, ...] = admission(pack, "transfer", today, values)
    found = passage(pack, "volunteer", command.to_kind, command.points, today, values)
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
        available = shown(amount - left, scheme.scale)
        raise InsufficientPoints(
            required=shown(amount, scheme.scale), available=available, missing=shown(left, scheme.scale)
        )
    return parts
