"""Records and deeds, and what people decide about them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.model.books import SOME, Asked, Books, Fact, No, Person, told
from tests.model.folding import MINUTE, awaited, settle
from tests.model.oneself import not_oneself
from tests.model.people import named
from tests.model.rules import LEVELS, LONGEST_MINUTES

LONGEST = timedelta(minutes=LONGEST_MINUTES)


def minutes_of(start: datetime, end: datetime, now: datetime) -> int:
    """Whole minutes of a stretch that may be written down."""
    if not MINUTE <= end - start < LONGEST + MINUTE or end > now:
        raise No("time_out_of_range")
    return (end - start) // MINUTE


def record_service(
    books: Books,
    asked: Asked,
    volunteer: str,
    activity: str,
    start: datetime,
    end: datetime,
    recorded_by: str,
    facts: Mapping[str, Any] | None = None,
    source: str = "",
) -> dict[str, Any]:
    """A stretch of service is written down."""
    who = books.active(volunteer)
    place = books.found("activity", activity)
    _open_import(books, source)
    minutes = minutes_of(start, end, asked.now)
    identity = named(f"{volunteer}|{activity}|{told(start)}", start)
    stated = stated_at(place) | dict(facts or {})
    there = books.facts.get(identity)
    if there is not None and there.is_in_force:
        same = (there.end, there.stated, there.recorded_by) == (end, stated, recorded_by)
        raise No("duplicate_record" if same else "conflicting_record", fact=identity)
    fact = Fact(identity, who.id, "record", start, end, minutes, stated, asked.today, recorded_by, asked.by, source)
    return filed(books, asked, fact)


def record_deed(
    books: Books,
    asked: Asked,
    volunteer: str,
    kind: str,
    occurred_at: datetime,
    quantity: Fraction = Fraction(1),
    recorded_by: str = "steward",
    source: str = "",
) -> dict[str, Any]:
    """Something that earns without time is written down."""
    who = books.active(volunteer)
    _open_import(books, source)
    if occurred_at > asked.now:
        raise No("time_out_of_range")
    identity = named(f"deed|{volunteer}|{kind}|{told(occurred_at)}", occurred_at)
    stated = {"deed.kind": kind, "deed.quantity": str(quantity)}
    there = books.facts.get(identity)
    if there is not None and there.is_in_force:
        raise No("duplicate_record" if there.stated == stated else "conflicting_record", fact=identity)
    fact = Fact(
        identity, who.id, "deed", occurred_at, occurred_at, 0, stated, asked.today, recorded_by, asked.by, source
    )
    return filed(books, asked, fact)


def _open_import(books: Books, code: str) -> None:
    if code and books.imports.get(code, ("", ""))[0] != "open":
        raise No("wrong_state" if code in books.imports else "not_found")


def stated_at(place: tuple[Any, ...]) -> dict[str, Any]:
    """What a record says of its activity, as it was registered then."""
    name, category, host, *_ = place
    return {"activity": (name, category, host)}


def filed(books: Books, asked: Asked, fact: Fact) -> dict[str, Any]:
    """A fact that is new counts; one that was taken back before counts again."""
    is_new = fact.id not in books.facts
    books.facts[fact.id] = fact
    outcome = settle(books, asked, books.people[fact.who], fresh=is_new)
    return {"fact": fact.id, "service_minutes": fact.minutes, **outcome, "awaiting": awaited(books, fact)}


# ---- decided by people ---------------------------------------------------------------------------------------------


def _decidable(books: Books, asked: Asked, identity: str) -> tuple[Fact, Person]:
    if identity not in books.facts:
        raise No("not_found")
    fact = books.facts[identity]
    who = books.people[fact.who]
    not_oneself(books, asked, who)
    return fact, who


def approve(books: Books, asked: Asked, fact: str, level: str) -> dict[str, Any]:
    """Somebody confirms what another one has written down."""
    it, who = _decidable(books, asked, fact)
    if level not in LEVELS:
        raise No("level_unknown", level=level)
    if not it.is_in_force:
        raise No("wrong_state", state=it.state)
    if it.recorded_by in ("steward", "backfill") and it.by == asked.by:
        raise No("four_eyes")
    if level in it.granted:
        return {"fact": fact, "entry": None, "awarded": {}, "minutes": 0, "awaiting": awaited(books, it)}
    it.granted.add(level)
    outcome = settle(books, asked, who)
    return {"fact": fact, "service_minutes": it.minutes, **outcome, "awaiting": awaited(books, it)}


def reject(books: Books, asked: Asked, fact: str, reason: str) -> dict[str, Any]:
    """Somebody says that it does not count."""
    return _withdrawn(books, asked, fact, "rejected")


def reverse(books: Books, asked: Asked, fact: str, reason: str) -> dict[str, Any]:
    """It was false."""
    return _withdrawn(books, asked, fact, "reversed")


def _withdrawn(books: Books, asked: Asked, fact: str, state: str) -> dict[str, Any]:
    it, who = _decidable(books, asked, fact)
    if not it.is_in_force:
        raise No("wrong_state", state=it.state)
    it.state = state
    return {"fact": fact, "state": state, "note": SOME, **settle(books, asked, who)}


def correct(
    books: Books,
    asked: Asked,
    fact: str,
    reason: str,
    start: datetime | None = None,
    end: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What was written down is changed, under the same id."""
    it, who = _decidable(books, asked, fact)
    if not it.is_in_force:
        raise No("wrong_state", state=it.state)
    begun, ended = start or it.start, end or it.end
    minutes = 0
    if it.kind == "record":
        minutes = minutes_of(begun, ended, asked.now)
    else:  # a moment has no end of its own
        begun = ended = start or end or it.start
        if begun > asked.now:
            raise No("time_out_of_range")
    it.start, it.end, it.minutes = begun, ended, minutes
    it.stated = it.stated | dict(facts or {})
    return {"fact": fact, "service_minutes": minutes, "note": SOME, **settle(books, asked, who)}


# ---- imports -------------------------------------------------------------------------------------------------------


def open_import(books: Books, asked: Asked, code: str, title: str = "") -> dict[str, Any]:
    """An import begins, or begins again."""
    there = books.imports.get(code)
    if there is not None and there[1] != title:
        raise No("already_exists")
    books.imports[code] = ("open", title)
    return {"import": code, "created": there is None}


def close_import(books: Books, asked: Asked, code: str) -> dict[str, Any]:
    """An import is being undone."""
    if code not in books.imports:
        raise No("not_found")
    _open_import(books, code)
    books.imports[code] = ("undone", books.imports[code][1])
    return {"import": code, "state": "undone"}


def reverse_imported(books: Books, asked: Asked, volunteer: str, source: str, reason: str) -> dict[str, Any]:
    """Everything that one person got from an import goes."""
    who = books.person(volunteer)
    if source not in books.imports:
        raise No("not_found")
    not_oneself(books, asked, who)
    if books.imports[source][0] != "undone":
        raise No("wrong_state", state="open")
    gone = [fact for fact in books.facts_of(who.id) if fact.source == source and fact.is_in_force]
    if not gone:
        return {"volunteer": who.id, "reversed": 0, "minutes": 0, "entry": None}
    for fact in gone:
        fact.state = "reversed"
    outcome = settle(books, asked, who)
    told_too = {name: outcome[name] for name in ("entry", "awarded", "minutes")}
    return {"volunteer": who.id, "reversed": len(gone), "note": SOME, **told_too}
