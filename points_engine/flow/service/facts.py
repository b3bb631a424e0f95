"""Filing facts: service records, deeds and events become inputs of the fold, each once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import Fact, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import volunteer_needs
from points_engine.flow.rules import rule_needs, today
from points_engine.flow.service.awards import award_needs, award_new_fact
from points_engine.flow.service.totals import said_to
from points_engine.flow.wire import canonical, instant


@lru_cache(4096)
def record_natural(number: str, activity: str, start: datetime) -> str:
    """The natural id of a service record: the same volunteer, activity and check-in is the same record."""
    return f"{number}|{activity}|{instant(start)}"


@lru_cache(4096)
def fact_id(natural: str, start: datetime) -> str:
    """The id of a fact, made of nothing but the fact: facts of the same times fold in the same order, whichever came
    first. Ids sort by start, which keeps their index compact."""
    moment = instant(start)
    digits = moment[:4] + moment[5:7] + moment[8:10] + moment[11:13] + moment[14:16] + moment[17:19]
    return f"{digits}-{sha256(natural.encode()).hexdigest()[:20]}"


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


def file_event(desk: Desk, volunteer: Volunteer, fact: Fact) -> dict[str, Any]:
    """Put a new fact on the desk and award it."""
    fact = replace(fact, totals_json=said_to(desk, volunteer, fact))
    desk.put(fact)
    return award_new_fact(desk, volunteer, fact)
