"""Subjects: what is known about a person on a day, from dated facts."""

from __future__ import annotations

from datetime import date

from points_engine.rulebook.kinds import UNKNOWN, Unknown, Value
from points_engine.rulebook.occasions import Subject


def fact_on(subject: Subject, name: str, day: date) -> Value | Unknown:
    """The value of a dated fact that holds on `day`."""
    known: Value | Unknown = UNKNOWN
    for since, value in subject.dated.get(name, ()):
        if since > day:
            break
        known = value
    return known


def event_on(subject: Subject, event: str, day: date) -> int | None:
    """The day number of a dated event as known on `day`: the date that it states, else the day it holds from."""
    for name in (event, f"volunteer.{event}"):
        found: int | None = None
        for since, value in subject.dated.get(name, ()):
            if since > day:
                break
            found = value.toordinal() if isinstance(value, date) else since.toordinal()
        if found is not None:
            return found
    return None
