"""Activities, presence, records and deeds, and what people decide about them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.model.books import SOME, Asked, Books, Fact, No, Person, Presence, told
from tests.model.folding import MINUTE, awaited, settle
from tests.model.people import named
from tests.model.rules import LEVELS, LONGEST_MINUTES

LONGEST = timedelta(minutes=LONGEST_MINUTES)


def register_activity(
    books: Books, asked: Asked, code: str, name: str, category: str, host: str, capacity: int | None = None
) -> dict[str, Any]:
    """Something to serve in."""
    books.found("unit", host)
    made = books.lay("activity", code, (name, category, host, capacity))
    books.seats.setdefault(code, 0)
    return made


def _admitted(who: Person, day: date, category: str) -> None:
    if category == "medical" and "nurse" not in who.on("volunteer.roles", day):
        raise No("not_admitted")


def sign_up(books: Books, asked: Asked, volunteer: str, activity: str) -> dict[str, Any]:
    """A promise to come takes a place."""
    who = books.active(volunteer)
    _, category, _, capacity = books.found("activity", activity)
    if books.promises.get((activity, who.id), "withdrawn") != "withdrawn":
        raise No("already_signed_up")
    if capacity is not None and books.seats[activity] >= capacity:
        raise No("activity_full", capacity=capacity)
    _admitted(who, asked.today, category)
    books.promises[activity, who.id] = "promised"
    books.seats[activity] += 1
    left = None if capacity is None else capacity - books.seats[activity]
    return {"activity": activity, "volunteer": who.id, "places_left": left}


def withdraw_sign_up(books: Books, asked: Asked, volunteer: str, activity: str) -> dict[str, Any]:
    """A promise is taken back."""
    who = books.person(volunteer)
    state = books.promises.get((activity, who.id))
    if state is None:
        raise No("not_found")
    if state != "promised":
        raise No("wrong_state", state=state)
    books.promises[activity, who.id] = "withdrawn"
    books.seats[activity] -= 1
    return {"activity": activity, "volunteer": who.id}


def check_in(
    books: Books,
    asked: Asked,
    volunteer: str,
    activity: str,
    kiosk: str = "",
    at: datetime | None = None,
    recorded_by: str = "kiosk",
) -> dict[str, Any]:
    """Somebody arrives, once until they leave."""
    who = books.active(volunteer)
    _, category, _, _ = books.found("activity", activity)
    if kiosk:
        books.found("kiosk", kiosk)
    since = asked.now if at is None else at
    if not asked.now - LONGEST <= since <= asked.now:
        raise No("time_out_of_range")
    if any(each.since <= since or each.activity == activity for each in _present(books, who, asked.now)):
        raise No("already_checked_in")
    _admitted(who, asked.today if at is None else Asked("", since, "").today, category)
    books.presences.append(Presence(who.id, activity, since, at is not None, recorded_by))
    return {"check_in": SOME, "volunteer": who.id, "activity": activity, "since": told(since)}


def _present(books: Books, who: Person, now: datetime) -> list[Presence]:
    return [each for each in books.presences if each.who == who.id and each.is_open and each.since >= now - LONGEST]


def check_out(books: Books, asked: Asked, volunteer: str, activity: str, at: datetime | None = None) -> dict[str, Any]:
    """Somebody leaves: what was presence is a record, unless one of the same beginning is there already."""
    who = books.person(volunteer)
    books.found("activity", activity)
    there = [each for each in _present(books, who, asked.now) if each.activity == activity]
    if not there:
        raise No("not_checked_in")
    presence = there[-1]
    until = asked.now if at is None else at
    minutes = _minutes(presence.since, until, asked.now)
    identity = named(f"{volunteer}|{activity}|{told(presence.since)}", presence.since)
    presence.is_open = False
    if books.promises.get((activity, who.id)) == "promised":
        books.promises[activity, who.id] = "attended"
    there_already = books.facts.get(identity)
    if there_already is not None and there_already.is_in_force:
        answer = {"fact": identity, "service_minutes": there_already.minutes, "entry": None, "awarded": {},
                  "minutes": 0, "awaiting": awaited(books, there_already)}  # fmt: skip
        return answer if there_already.end == until else answer | {"conflict": SOME}
    stated = {"record.offline": True} if presence.is_offline or at is not None else {}
    fact = Fact(identity, who.id, "record", presence.since, until, minutes, stated, asked.today)
    fact.recorded_by, fact.by = presence.recorded_by, asked.by
    return _filed(books, asked, fact)


def _minutes(start: datetime, end: datetime, now: datetime) -> int:
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
    books.found("activity", activity)
    _open_import(books, source)
    minutes = _minutes(start, end, asked.now)
    identity = named(f"{volunteer}|{activity}|{told(start)}", start)
    stated = dict(facts or {})
    there = books.facts.get(identity)
    if there is not None and there.is_in_force:
        same = (there.end, there.stated, there.recorded_by) == (end, stated, recorded_by)
        raise No("duplicate_record" if same else "conflicting_record", fact=identity)
    fact = Fact(identity, who.id, "record", start, end, minutes, stated, asked.today, recorded_by, asked.by, source)
    return _filed(books, asked, fact)


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
    return _filed(books, asked, fact)


def _open_import(books: Books, code: str) -> None:
    if code and books.imports.get(code, ("", ""))[0] != "open":
        raise No("wrong_state" if code in books.imports else "not_found")


def _filed(books: Books, asked: Asked, fact: Fact) -> dict[str, Any]:
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


def not_oneself(books: Books, asked: Asked, who: Person) -> None:
    """Nobody decides about themselves."""
    mine = [number for number, identity in books.numbers.items() if identity == who.id]
    if asked.by.removeprefix("volunteer:") in mine:
        raise No("forbidden")


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
        minutes = _minutes(begun, ended, asked.now)
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
