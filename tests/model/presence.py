"""Presence: coming and going, what devices kept while they were offline, what nobody ended, and what people solve."""

from __future__ import annotations

import pickle
from datetime import datetime
from typing import Any, Final

from tests.model.activities import admitted, takes_place
from tests.model.books import SOME, Asked, Books, Conflict, Fact, No, Person, Presence, day_of, told
from tests.model.folding import awaited, settle
from tests.model.oneself import not_oneself
from tests.model.people import named
from tests.model.rules import CLOCK_AHEAD, DEBOUNCE, FORGOTTEN_AFTER, FORGOTTEN_CREDIT
from tests.model.service import LONGEST, correct, filed, minutes_of, record_service, stated_at

WAITING: Final = ("already_checked_in", "not_checked_in")
"""What may only be the other half on its way from another device."""

FORGOTTEN: Final = "forgotten_check_out"

PATIENT: Final = (
    "not_found", "standing_blocks", "wrong_state", "time_out_of_range", "already_checked_in", "not_checked_in",
    "not_admitted",
)  # fmt: skip
"""What leaves a conflict waiting when its other half comes."""


def _by_our_clock(at: datetime | None, now: datetime) -> datetime:
    return now if at is None or now < at <= now + CLOCK_AHEAD else at


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
    place = books.found("activity", activity)
    if kiosk:
        books.found("kiosk", kiosk)
    takes_place(place)
    since = _by_our_clock(at, asked.now)
    if not asked.now - LONGEST <= since <= asked.now:
        raise No("time_out_of_range")
    if any(each.since <= since or each.activity == activity for each in _recent(books, who, asked.now) if each.is_open):
        raise No("already_checked_in")
    admitted(who, day_of(since), place[1])
    said = at if at != since else None
    books.presences.append(Presence(who.id, activity, since, at is not None, recorded_by, kiosk, said_in=said))
    return {"check_in": SOME, "volunteer": who.id, "activity": activity, "since": told(since)}


def _recent(books: Books, who: Person, now: datetime) -> list[Presence]:
    """Stretches that began no longer ago than a record may last, in the order of their beginnings."""
    mine = [each for each in books.presences if each.who == who.id and each.since >= now - LONGEST]
    return sorted(mine, key=lambda each: (each.since, each.id))


def check_out(books: Books, asked: Asked, volunteer: str, activity: str, at: datetime | None = None) -> dict[str, Any]:
    """Somebody leaves: what was presence is a record, unless one of the same beginning is there already."""
    who = books.person(volunteer)
    books.found("activity", activity)
    there = [each for each in _recent(books, who, asked.now) if each.is_open and each.activity == activity]
    if not there:
        raise No("not_checked_in")
    presence = there[-1]
    until = _by_our_clock(at, asked.now)
    minutes_of(presence.since, until, asked.now)
    identity = named(f"{volunteer}|{activity}|{told(presence.since)}", presence.since)
    presence.state, presence.until, presence.said_out = "closed", until, at if at != until else None
    if books.promises.get((activity, who.id)) == "promised":
        books.promises[activity, who.id] = "attended"
    known = books.facts.get(identity)
    if known is not None and known.is_in_force:
        answer = {"fact": identity, "service_minutes": known.minutes, "entry": None, "awarded": {},
                  "minutes": 0, "awaiting": awaited(books, known)}  # fmt: skip
        if known.end == until:
            return answer
        place = (presence.kiosk, presence.recorded_by)
        return answer | _aside(
            books, "conflicting_record", "check_out", who.id, volunteer, activity, until, *place, fact=identity
        )
    is_offline = presence.is_offline or at is not None
    return _ended(books, asked, presence, until, volunteer, {"record.offline": True} if is_offline else {})


def _ended(
    books: Books, asked: Asked, presence: Presence, until: datetime, number: str, more: dict[str, Any]
) -> dict[str, Any]:
    identity = named(f"{number}|{presence.activity}|{told(presence.since)}", presence.since)
    minutes = minutes_of(presence.since, until, asked.now)
    stated = stated_at(books.places["activity"][presence.activity]) | more
    fact = Fact(identity, presence.who, "record", presence.since, until, minutes, stated, asked.today)
    fact.recorded_by, fact.by = presence.recorded_by, asked.by
    return filed(books, asked, fact)


def _aside(
    books: Books,
    code: str,
    action: str,
    who: str,
    number: str,
    activity: str,
    at: datetime,
    kiosk: str,
    recorded_by: str,
    fact: str = "",
) -> dict[str, Any]:
    place, hut = books.places["activity"].get(activity), books.places["kiosk"].get(kiosk)
    unit = place[2] if place else hut[0] if hut else ""
    books.conflicts.append(Conflict(code, action, who, number, activity, at, kiosk, recorded_by, fact, unit))
    return {"conflict": SOME, "conflict_code": code}


# ---- kept by a device ----------------------------------------------------------------------------------------------


def sync_presence(
    books: Books,
    asked: Asked,
    action: str,
    volunteer: str,
    activity: str,
    at: datetime,
    kiosk: str = "",
    recorded_by: str = "kiosk",
) -> dict[str, Any]:
    """What a device kept is carried out, or set aside; a tap given twice is one tap."""
    number, said, at = books.numbers.get(volunteer, ""), at, _by_our_clock(at, asked.now)
    again = _twice(books, asked, action, number, activity, said)
    if again is not None:
        return again
    before = pickle.dumps(books)
    try:
        if action == "check_in":
            done = check_in(books, asked, volunteer, activity, kiosk, said, recorded_by)
        else:
            done = _left(books, asked, volunteer, activity, said)
            done = _at_two_places(books, asked, done, volunteer, activity, at, kiosk, recorded_by)
        _carry_out(books, asked, number)
    except No as no:
        books.back_to(before)
        return _aside(books, no.code, action, number, volunteer, activity, at, kiosk, recorded_by)
    return done


def _twice(books: Books, asked: Asked, action: str, who: str, activity: str, at: datetime) -> dict[str, Any] | None:
    for each in _recent(books, books.people[who], asked.now) if who else ():
        moment, said = (each.since, each.said_in) if action == "check_in" else (each.until, each.said_out)
        if each.activity != activity or each.state == "forgotten" or moment is None:
            continue
        if abs(at - (said or moment)) <= DEBOUNCE:
            return {"check_in": each.id or SOME, "activity": activity, "at": told(moment), "again": True}
    return None


def _left(books: Books, asked: Asked, number: str, activity: str, at: datetime) -> dict[str, Any]:
    """A check-out; a stretch that was closed as forgotten gets its true end by it."""
    try:
        return check_out(books, asked, number, activity, at)
    except No as no:
        if no.code != "not_checked_in":
            raise
        recent = _recent(books, books.person(number), asked.now)
        at = _by_our_clock(at, asked.now)
        forgotten = [
            each for each in recent if (each.activity, each.state) == (activity, "forgotten") and each.since < at
        ]
        if not forgotten:
            raise
    presence = forgotten[-1]
    minutes = minutes_of(presence.since, at, asked.now)
    presence.state, presence.until = "closed", at
    known = books.facts.get(named(f"{number}|{activity}|{told(presence.since)}", presence.since))
    if known is None or not known.is_in_force:
        done = _ended(books, asked, presence, at, number, {"record.offline": True})
    else:
        known.end, known.minutes = at, minutes
        known.stated = {name: value for name, value in known.stated.items() if name != "record.forgotten"}
        known.stated["record.offline"] = True
        changed = settle(books, asked, books.people[presence.who])
        done = {"fact": known.id, "service_minutes": minutes, **changed}
    for each in books.conflicts:
        if (each.who, each.state, each.code, each.at) == (presence.who, "open", FORGOTTEN, presence.since):
            _solved(each, "paired", done["fact"])
    return done


def _at_two_places(
    books: Books,
    asked: Asked,
    done: dict[str, Any],
    number: str,
    here: str,
    at: datetime,
    kiosk: str,
    recorded_by: str,
) -> dict[str, Any]:
    if "conflict" in done:
        return done
    fact = books.facts[done["fact"]]
    for each in _recent(books, books.people[fact.who], asked.now):
        elsewhere = each.activity != here and each.state == "closed" and each.until is not None
        if elsewhere and each.since < fact.end and each.until > fact.start:  # type: ignore[operator]
            return done | _aside(
                books, "overlapping_presence", "check_out", fact.who, number, here, at, kiosk, recorded_by, fact.id
            )
    return done


def _solved(conflict: Conflict, resolution: str, fact: str = "") -> None:
    conflict.state, conflict.resolution, conflict.fact = "solved", resolution, fact or conflict.fact


def _carry_out(books: Books, asked: Asked, who: str) -> None:
    """What had waited only for this is carried out, one after another, until nothing more can be."""
    while _first_carried_out(books, asked, who):
        pass


def _first_carried_out(books: Books, asked: Asked, who: str) -> bool:
    waiting = [each for each in books.conflicts if (each.who, each.state) == (who, "open") and each.code in WAITING]
    for each in sorted(waiting, key=lambda each: (each.at, each.id)):
        if each.action == "check_in" and _is_elsewhere(books, asked, each):
            continue
        fact = ""
        try:
            if each.action == "check_in":
                check_in(books, asked, each.number, each.activity, each.kiosk, each.at, each.recorded_by)
            else:
                fact = check_out(books, asked, each.number, each.activity, each.at)["fact"]
        except No as no:
            if no.code not in PATIENT:
                raise
            continue
        _solved(each, "paired", fact)
        return True
    return False


def _is_elsewhere(books: Books, asked: Asked, conflict: Conflict) -> bool:
    return any(
        each.since <= conflict.at and (each.until is None or conflict.at < each.until)
        for each in _recent(books, books.people[conflict.who], asked.now)
        if each.activity != conflict.activity and each.state != "forgotten"
    )


# ---- nobody checked out --------------------------------------------------------------------------------------------


def close_forgotten(books: Books, asked: Asked, check_in: str) -> dict[str, Any]:
    """A stretch that nobody ended is closed with what the rules credit, for somebody to look at."""
    presence = next((each for each in books.presences if each.id == check_in and check_in), None)
    if presence is None:
        raise No("not_found")
    if not presence.is_open or presence.since + FORGOTTEN_AFTER > asked.now:
        raise No("wrong_state", state=presence.state)
    number, until = books.people[presence.who].number, presence.since + FORGOTTEN_CREDIT
    presence.state, presence.until = "forgotten", until
    identity = named(f"{number}|{presence.activity}|{told(presence.since)}", presence.since)
    done: dict[str, Any] = {"fact": None, "service_minutes": 0, "entry": None, "awarded": {}, "minutes": 0}
    if identity not in books.facts:
        done = _ended(books, asked, presence, until, number, {"record.forgotten": True})
    aside = _aside(
        books, FORGOTTEN, "check_out", presence.who, number, presence.activity, presence.since, presence.kiosk,
        "kiosk", done["fact"] or "",
    )  # fmt: skip
    return {"check_in": check_in} | done | aside


# ---- solved by people ----------------------------------------------------------------------------------------------


def _conflict(books: Books, identity: str) -> Conflict:
    found = next((each for each in books.conflicts if each.id == identity and identity), None)
    if found is None:
        raise No("not_found")
    return found


def solve_conflict(
    books: Books,
    asked: Asked,
    conflict: str,
    resolution: str,
    reason: str,
    volunteer: str = "",
    activity: str = "",
    at: datetime | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> dict[str, Any]:
    """Somebody says what really happened."""
    it = _conflict(books, conflict)
    if it.state != "open":
        raise No("wrong_state", state=it.state)
    number, place = volunteer or it.number, activity or it.activity
    if number in books.numbers:
        not_oneself(books, asked, books.person(number))
    done: dict[str, Any] = {}
    if resolution == "retry" and it.action == "check_in":
        done = check_in(books, asked, number, place, it.kiosk, at or it.at, it.recorded_by)
    elif resolution == "retry":
        done = check_out(books, asked, number, place, at or it.at)
    elif resolution == "record":
        assert start is not None, "said with the resolution"
        assert end is not None, "said with the resolution"
        done = record_service(books, asked, number, place, start, end, "steward")
    elif resolution == "correct":
        done = correct(books, asked, it.fact or "none", reason, start, end)
    _solved(it, resolution, done.get("fact", ""))
    return {"conflict": conflict, "state": "solved", "resolution": resolution, "done": done}


def reopen_conflict(books: Books, asked: Asked, conflict: str) -> dict[str, Any]:
    """What had been left as it was is looked at again."""
    it = _conflict(books, conflict)
    if it.resolution != "keep":
        raise No("wrong_state", state=it.state)
    it.state, it.resolution = "open", ""
    return {"conflict": conflict, "state": "open"}
