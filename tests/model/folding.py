"""What facts count for, always worked out from the very first one; and what a change of it moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.model.books import Asked, Books, Credit, Fact, Line, Person, day_of, volunteer
from tests.model.rules import (
    BLOOD,
    DAY_MOST,
    KEEPS_TIME,
    NEVER,
    REFERRAL,
    REPAIR,
    SCALES,
    WELCOME,
    last_usable,
    rate,
)
from tests.model.wallets import moved

MINUTE = timedelta(minutes=1)
EVENTS = {"joined": WELCOME, "referral": REFERRAL}


def credits_of(scheme: str, who: Person, facts: Iterable[Fact]) -> dict[str, Credit]:
    """What each fact in force counts for in a scheme."""
    found: dict[str, Credit] = {}
    covered: datetime | None = None
    carried = Fraction(0)
    counted: dict[date, int] = defaultdict(int)
    for fact in sorted(facts, key=lambda each: (each.start, each.end, each.id)):
        day = day_of(fact.start)
        minutes, units, awaiting = fact.minutes, 0, ""
        if fact.kind == "record":
            if covered is not None and covered > fact.start:
                minutes = min(minutes, (fact.end - min(fact.end, covered)) // MINUTE)
            if minutes:
                covered = fact.end if covered is None else max(covered, fact.end)
            if minutes and scheme == "guild":
                units = minutes * 2 * 10 // 60
            elif minutes and fact.recorded_by == "backfill" and "steward" not in fact.granted:
                minutes, awaiting = 0, "steward"
            elif minutes:
                minutes = min(minutes, DAY_MOST - counted[day])
                counted[day] += minutes
                earned = Fraction(minutes * rate(day), 60) * (2 if "double" in who.on("volunteer.flags", day) else 1)
                units = (carried + earned) // 1
                carried = carried + earned - units
        elif fact.kind == "deed":
            units, awaiting = _deed(scheme, fact)
        elif scheme == "town":
            units = EVENTS[fact.kind]
        ends = last_usable(scheme, day) if units else NEVER
        found[fact.id] = Credit(minutes, units, ends, awaiting)
    return found


def _deed(scheme: str, fact: Fact) -> tuple[int, str]:
    kind, many = fact.stated["deed.kind"], int(fact.stated["deed.quantity"])
    if scheme == "town":
        return (BLOOD * many if kind == "blood" else 0), ""
    if kind != "repair":
        return 0, ""
    return (REPAIR * many, "") if "guild" in fact.granted else (0, "guild")


def settle(books: Books, asked: Asked, who: Person, *, fresh: bool = False) -> dict[str, Any]:
    """Work out everything of a person again and post the difference; answers what changed."""
    lines: list[Line] = []
    changed: set[str] = set()
    awarded: dict[str, int] = {}
    awaiting: set[str] = set()
    served = 0
    facts = books.facts_of(who.id)
    for scheme in SCALES:
        stands = who.credits[scheme]
        now = credits_of(scheme, who, (fact for fact in facts if fact.is_in_force))
        gone = {each: Credit() for each in stands if each not in now}
        net: dict[date, int] = defaultdict(int)
        minutes = amount = 0
        for identity, credit in {**now, **gone}.items():
            before = stands.get(identity)
            if before == credit or (before is None and _is_silent(books.facts[identity], credit)):
                continue
            stands[identity] = credit
            changed.add(identity)
            awaiting |= {credit.awaiting} - {""}
            for sign, each in ((-1, before), (1, credit)):
                if each is not None:
                    minutes += sign * each.minutes
                    amount += sign * each.points
                    net[each.ends] += sign * each.points
        if scheme == KEEPS_TIME and minutes:
            lines += [("programme/served", "minutes", -minutes, NEVER), (volunteer(who.id), "minutes", minutes, NEVER)]
            served = minutes
        if any(net.values()):
            lines += moved(books, who, scheme, net, asked.today)
        if amount:
            awarded[scheme] = amount
    for identity in changed:
        fact = books.facts[identity]
        if fact.is_in_force:
            fact.state = "recorded" if awaited(books, fact) else "approved"
    return {
        "entry": books.post(lines),
        "awarded": awarded,
        "minutes": served,
        "awaiting": sorted(awaiting),
        "changed": [] if fresh else sorted(changed),
    }


def awaited(books: Books, fact: Fact) -> list[str]:
    """The levels that a fact still waits for, in any scheme."""
    mine = [stands.get(fact.id, Credit()) for stands in books.people[fact.who].credits.values()]
    return sorted({each.awaiting for each in mine if each.awaiting})


def _is_silent(fact: Fact, credit: Credit) -> bool:
    """An event that a scheme does not speak of leaves no award; a record or a deed always does."""
    return fact.kind not in ("record", "deed") and credit == Credit()
