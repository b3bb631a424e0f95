"""Filing facts: service records, deeds and events become inputs of the fold, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Fact, FactNatural, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import volunteer_needs
from points_engine.flow.rules import rule_needs, today
from points_engine.flow.service.awards import award_needs, award_new_fact
from points_engine.flow.wire import canonical, instant


def record_natural(number: str, activity: str, start: datetime) -> str:
    """The natural id of a service record: the same volunteer, activity and check-in is the same record."""
    return f"{number}|{activity}|{instant(start)}"


def fact_id(natural: str, start: datetime) -> str:
    """The id of a fact, made of nothing but the fact: facts of the same times fold in the same order, whichever came
    first. Ids sort by start, which keeps their index compact."""
    return f"{start.astimezone(UTC):%Y%m%d%H%M%S}-{sha256(natural.encode()).hexdigest()[:20]}"


def event_fact(
    desk: Desk, volunteer: Volunteer, kind: str, moment: datetime, stated: Mapping[str, Any], about: str = ""
) -> Fact:
    """A fact without duration that the programme states itself: somebody joined, or brought somebody."""
    natural = f"{kind}|{volunteer.id}" + (f"|{about}" if about else "")
    return Fact(
        fact_id(natural, moment), natural, volunteer.id, kind, "", moment, moment, 0, canonical(stated), "", "approved",
        today(desk), "", "programme", desk.principal,
    )  # fmt: skip


def file_event_needs(desk: Desk, number: str) -> Iterator[Need]:
    """What filing a fact for an existing volunteer reads."""
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, number)
    found = desk.peek(VolunteerNumber, number)
    if found is not None:
        yield from award_needs(desk, found.volunteer_id)


def natural_needs(desk: Desk, natural: str) -> Iterator[Need]:
    """Whether a fact of this natural id is there already."""
    yield OneRow(FactNatural, (natural,))
    found = desk.peek(FactNatural, natural)
    if found is not None:
        yield OneRow(Fact, (found.fact_id,))


def file_event(desk: Desk, volunteer: Volunteer, fact: Fact) -> dict[str, Any]:
    """Put a new fact on the desk and award it."""
    desk.put(fact)
    desk.put(FactNatural(fact.natural, fact.id))
    return award_new_fact(desk, volunteer, fact)
