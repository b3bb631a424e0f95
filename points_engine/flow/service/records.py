"""Service records and deeds: what somebody did, stated once, awarded under the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import ConflictingRecord, DuplicateRecord, InvalidValue, NotFound, TimeOutOfRange, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Activity, Fact, Import, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import an_active_volunteer, volunteer_needs
from points_engine.flow.rules import rule_needs, today
from points_engine.flow.service.awards import (
    awaited,
    award_needs,
    award_new_fact,
    recast,
    recast_needs,
    step_needs,
)
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.lateness import comes_late, late_needs
from points_engine.flow.service.receivers import check_receiver, receiver_needs
from points_engine.flow.service.totals import said_to
from points_engine.flow.wire import canonical, instant
from points_engine.frozen import quickly_made
from points_engine.limits import DEED_QUANTITY_MAX, RECORD_MINUTES

RECORDED_BY = ("kiosk", "self_located", "steward", "backfill")


@quickly_made
@dataclass(frozen=True, slots=True)
class RecordService:
    """One volunteer's time at one activity, from `start` to `end`; seconds of a begun minute are dropped.

    `facts` are further declared facts (`record.evaluation`, `record.paid`, `activity.category`…); what is not stated is
    unknown to the rules, except that the registered activity's own facts are filled in.
    """

    volunteer: str
    activity: str
    start: datetime
    end: datetime
    recorded_by: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)
        shapes.moment("start", self.start)
        shapes.moment("end", self.end)
        shapes.one_of("recorded_by", self.recorded_by, RECORDED_BY)
        shapes.stated("facts", self.facts)
        shapes.optional_code("source", self.source)


def record_needs(command: RecordService, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    natural = record_natural(command.volunteer, command.activity, command.start)
    fact = OneRow(Fact, (fact_id(natural, command.start),))
    if not desk.has(fact):  # what follows is read together with it
        yield fact
        yield OneRow(Activity, (command.activity,))
        if command.source:
            yield OneRow(Import, (command.source,))
    yield from volunteer_needs(desk, command.volunteer)
    yield from receiver_needs(desk, command.facts)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from award_needs(desk, found.volunteer_id)
        yield from step_needs(desk, found.volunteer_id, command.start)
        if comes_late(desk, command, found.volunteer_id, command.start):
            yield from late_needs(desk, found.volunteer_id, command.start)


def record_service(command: RecordService, desk: Desk) -> dict[str, Any]:
    """Record a stretch of service and award it.

    Raises, first that applies: NotFound (volunteer, activity, import, whom it was for), StandingBlocks, InvalidValue
    (whom it was for is who served), TimeOutOfRange, DuplicateRecord, ConflictingRecord, FundExhausted, InvalidValue
    (whom it was for pays, and is not stated), InsufficientPoints.
    """
    volunteer = an_active_volunteer(desk, command.volunteer)
    activity = desk.find(Activity, command.activity)
    if activity is None:
        raise NotFound(what="activity", code=command.activity)
    if command.source:
        an_open_import(desk, command.source)
    check_receiver(desk, volunteer, command.facts)
    minutes = minutes_between(command.start, command.end, desk.now)
    stated = canonical(stated_facts(activity, command.facts))
    natural = record_natural(command.volunteer, command.activity, command.start)
    identity = fact_id(natural, command.start)
    there = desk.find(Fact, identity)
    if there is not None and there.state in IN_FORCE:
        same = there.end == command.end and there.facts_json == stated and there.recorded_by == command.recorded_by
        raise (DuplicateRecord if same else ConflictingRecord)(fact=there.id, start=instant(command.start))

    # Nothing below this line may refuse.
    fact = Fact(
        identity, natural, volunteer.id, "record",
        command.activity, command.start, command.end, minutes, stated, "", "approved", today(desk), command.source,
        command.recorded_by, desk.principal,
    )  # fmt: skip
    return file_fact(desk, volunteer, fact, is_new=there is None)


@dataclass(frozen=True, slots=True)
class RecordDeed:
    """Something that earns without time: `quantity` of `kind` (200 ml of blood, a case mediated) at a moment."""

    volunteer: str
    kind: str
    occurred_at: datetime
    quantity: Fraction = Fraction(1)
    activity: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    recorded_by: str = "steward"
    source: str = ""

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("kind", self.kind)
        shapes.moment("occurred_at", self.occurred_at)
        if type(self.quantity) not in (int, Fraction) or not 0 < self.quantity <= DEED_QUANTITY_MAX:
            raise InvalidValue(
                field="quantity",
                value=str(self.quantity)[:40],
                expected=Both(
                    f"an exact number above 0, at most {DEED_QUANTITY_MAX}",
                    f"大于 0、不超过 {DEED_QUANTITY_MAX} 的精确数",
                ),
            )
        shapes.exact_number("quantity", str(self.quantity))
        shapes.optional_code("activity", self.activity)
        shapes.stated("facts", self.facts)
        shapes.one_of("recorded_by", self.recorded_by, RECORDED_BY)
        shapes.optional_code("source", self.source)


def deed_natural(command: RecordDeed) -> str:
    """The natural id of a deed: the same volunteer, kind and moment is the same deed."""
    return f"deed|{command.volunteer}|{command.kind}|{instant(command.occurred_at)}"


def deed_needs(command: RecordDeed, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    yield from receiver_needs(desk, command.facts)
    if command.activity:
        yield OneRow(Activity, (command.activity,))
    if command.source:
        yield OneRow(Import, (command.source,))
    yield OneRow(Fact, (fact_id(deed_natural(command), command.occurred_at),))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from award_needs(desk, found.volunteer_id)
        yield from step_needs(desk, found.volunteer_id, command.occurred_at)


def record_deed(command: RecordDeed, desk: Desk) -> dict[str, Any]:
    """Record a deed and award it.

    Raises, first that applies: NotFound (volunteer, activity, import, whom it was for), StandingBlocks, InvalidValue
    (whom it was for is who served), TimeOutOfRange, DuplicateRecord, ConflictingRecord, FundExhausted, InvalidValue
    (whom it was for pays, and is not stated), InsufficientPoints.
    """
    volunteer = an_active_volunteer(desk, command.volunteer)
    activity = desk.find(Activity, command.activity) if command.activity else None
    if command.activity and activity is None:
        raise NotFound(what="activity", code=command.activity)
    if command.source:
        an_open_import(desk, command.source)
    check_receiver(desk, volunteer, command.facts)
    if command.occurred_at > desk.now:
        raise TimeOutOfRange(start=instant(command.occurred_at), end="—", why=Both("in the future", "晚于当前时间"))
    stated = stated_facts(activity, command.facts)
    stated["deed.kind"] = command.kind
    stated["deed.quantity"] = str(command.quantity)
    text = canonical(stated)
    natural = deed_natural(command)
    identity = fact_id(natural, command.occurred_at)
    there = desk.find(Fact, identity)
    if there is not None and there.state in IN_FORCE:
        raise (DuplicateRecord if there.facts_json == text else ConflictingRecord)(
            fact=there.id, start=instant(command.occurred_at)
        )

    # Nothing below this line may refuse.
    fact = Fact(
        identity, natural, volunteer.id, "deed",
        command.activity, command.occurred_at, command.occurred_at, 0, text, "", "approved", today(desk),
        command.source, command.recorded_by, desk.principal,
    )  # fmt: skip
    return file_fact(desk, volunteer, fact, is_new=there is None)


# ---- shared by the commands above ----------------------------------------------------------------------------------


def file_fact(desk: Desk, volunteer: Volunteer, fact: Fact, *, is_new: bool) -> dict[str, Any]:
    """Put a fact on the desk and award it; one that was taken back before comes into force again by a re-fold."""
    fact = replace(fact, totals_json=said_to(desk, volunteer, fact))
    desk.put(fact)
    if is_new:
        outcome = award_new_fact(desk, volunteer, fact)
    else:
        desk.require(list(recast_needs(desk, volunteer.id)))
        outcome = recast(desk, volunteer, since=fact.start, kind="award")
    return {"fact": fact.id, "service_minutes": fact.minutes, **outcome, "awaiting": awaited(desk, fact.id)}


def an_open_import(desk: Desk, code: str) -> Import:
    """The import that a record says it comes with.

    Raises, first that applies: NotFound, WrongState (it was undone).
    """
    found = desk.find(Import, code)
    if found is None:
        raise NotFound(what="import", code=code)
    if found.state != "open":
        raise WrongState(state=found.state, action="import")
    return found


def stated_facts(activity: Activity | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an occasion: those of the activity as registered, and what was stated, which goes before."""
    known: dict[str, Any] = {}
    if activity is not None:
        known["activity.id"] = activity.code
        known["activity.name"] = activity.name
        known["activity.category"] = activity.category
        known["activity.host"] = activity.host
        if activity.level:
            known["activity.level"] = activity.level
        if activity.participants is not None:
            known["activity.participants"] = activity.participants
        if activity.starts_on is not None and activity.ends_on is not None:
            known["activity.days"] = (activity.ends_on - activity.starts_on).days + 1
    return known | dict(facts)


def minutes_between(start: datetime, end: datetime, now: datetime) -> int:
    """Whole minutes from `start` to `end`; the seconds of a begun minute are dropped.

    Raises: TimeOutOfRange, for an end before the start, less than a minute, more than a month, or the future.
    """
    seconds = (end - start) // timedelta(seconds=1)
    whole = seconds // 60
    shown = {"start": instant(start), "end": instant(end)}
    if seconds < 0:
        raise TimeOutOfRange(**shown, why=Both("the end is before the start", "结束早于开始"))
    if whole == 0:
        raise TimeOutOfRange(**shown, why=Both("shorter than one minute", "不足一分钟"))
    if whole > RECORD_MINUTES:
        raise TimeOutOfRange(**shown, why=Both(f"longer than {RECORD_MINUTES} minutes", f"超过 {RECORD_MINUTES} 分钟"))
    if end > now:
        raise TimeOutOfRange(**shown, why=Both("in the future", "晚于当前时间"))
    return whole
