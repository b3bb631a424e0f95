"""Volunteers: who joins, what is stated about them, their standing, and two records that become one."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from tests.model.books import SOME, Asked, Books, Fact, Line, No, Person, begin_of, points, volunteer
from tests.model.folding import settle
from tests.model.oneself import not_oneself
from tests.model.rules import NEVER, SCALES
from tests.model.tickets import is_offered, move_tickets
from tests.model.wallets import drawn


def named(natural: str, moment: datetime) -> str:
    """The id of a fact, made of nothing but the fact."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}-{sha256(natural.encode()).hexdigest()[:20]}"


def register_volunteer(
    books: Books,
    asked: Asked,
    number: str,
    name: str,
    joined_on: date,
    born_on: date | None = None,
    home_unit: str | None = None,
    referrer: str | None = None,
) -> dict[str, Any]:
    """Somebody joins, and whoever brought them is thanked."""
    if home_unit:
        books.found("unit", home_unit)
    if referrer:
        books.person(referrer)
    if born_on is not None and born_on >= joined_on:
        raise No("invalid_value", field="born_on")
    if number in books.numbers:
        there = books.person(number)
        if (there.name, there.born_on) != (name, born_on):
            raise No("already_exists")
        return {"volunteer": there.id, "number": number, "created": False}
    who = Person(f"{asked.id}-1", number, name, born_on, joined_on, home_unit)
    books.numbers[number], books.people[who.id] = who.id, who
    _event(books, asked, who, "joined", begin_of(joined_on))
    if referrer:
        _event(books, asked, books.person(referrer), "referral", begin_of(joined_on), who.id)
    return {"volunteer": who.id, "number": number, "created": True}


def _event(books: Books, asked: Asked, who: Person, kind: str, moment: datetime, about: str = "") -> None:
    natural = "|".join(filter(None, (kind, who.id, about)))
    identity = named(natural, moment)
    books.facts[identity] = Fact(identity, who.id, kind, moment, moment, 0, {}, asked.today, by=asked.by)
    settle(books, asked, who, fresh=True)


def state_fact(books: Books, asked: Asked, volunteer: str, name: str, from_day: date, value: Any) -> dict[str, Any]:
    """Something is true of somebody from a day on."""
    who = books.person(volunteer)
    who.stated.setdefault(name, {})[from_day] = value
    return {"volunteer": who.id, "name": name, "from_day": from_day.isoformat(), **settle(books, asked, who)}


def set_standing(books: Books, asked: Asked, volunteer: str, standing: str) -> dict[str, Any]:
    """A standing, from today on; no rule of the model's packs reads it."""
    who = books.person(volunteer)
    before, who.standing = who.standing, standing
    who.stated.setdefault("volunteer.standing", {})[asked.today] = standing
    return {"volunteer": who.id, "standing": standing, "before": before, "entry": settle(books, asked, who)["entry"]}


UNITS = "volunteer.units"


def linked(home: str | None, work: str | None) -> list[str]:
    """As it is written down: the home first, then the work, whose place shows where there is no home."""
    return [unit or "" for unit in (home, work)][: 2 if work else 1 if home else 0]


def link_units(
    books: Books,
    asked: Asked,
    volunteer: str,
    from_day: date,
    home_unit: str | None = None,
    work_unit: str | None = None,
) -> dict[str, Any]:
    """Where somebody lives and works, from a day on; no rule of the model's packs reads it."""
    who = books.person(volunteer)
    now = [unit for unit in (home_unit, work_unit) if unit]
    for unit in now:
        books.found("unit", unit)
    if from_day > asked.today:
        raise No("invalid_value", field="from_day")
    before = linked(who.home, who.work)
    dated = who.stated.setdefault(UNITS, {})
    if all(day <= from_day for day in dated):
        who.home, who.work = home_unit, work_unit
    if not dated:  # what held so far was nowhere stated with a day
        dated[date(1900, 1, 1)] = before
    dated[from_day] = linked(home_unit, work_unit)
    return {"volunteer": who.id, "name": UNITS, "from_day": from_day.isoformat(), **settle(books, asked, who)}


def correct_birth_date(books: Books, asked: Asked, volunteer: str, born_on: date | None, reason: str) -> dict[str, Any]:
    """A birth date was written down wrongly; no rule of the model's packs asks for an age."""
    who = books.person(volunteer)
    not_oneself(books, asked, who)
    if born_on is not None and born_on >= who.joined_on:
        raise No("invalid_value", field="born_on")
    who.born_on = born_on
    return {"volunteer": who.id, "note": SOME, **settle(books, asked, who)}


def merge_volunteers(books: Books, asked: Asked, absorbed: str, survivor: str) -> dict[str, Any]:
    """Two records of one person: everything of the first becomes the second's."""
    gone, stays = books.person(absorbed), books.person(survivor)
    if gone.id == stays.id:
        raise No("same_volunteer")
    if books.acting(asked.by) in (gone, stays):
        raise No("four_eyes")
    waiting = [hold for hold in books.holds.values() if hold.who == gone.id and hold.state == "open"]
    if waiting:
        raise No("open_holds", count=len(waiting))
    if any(each.is_open for each in books.presences if each.who == gone.id):
        raise No("wrong_state", state="checked in")
    if is_offered(books, gone.id):
        raise No("wrong_state", state="offered")
    transfer = books.post(_everything_of(books, gone, stays, asked.today))
    moved = books.facts_of(gone.id)
    kept_by_gone: list[Any] = [
        *moved, *books.presences, *books.conflicts, *books.challenges.values(), *books.holds.values(),
        *books.proposals.values(),
    ]  # fmt: skip
    for kept in kept_by_gone:
        if kept.who == gone.id:
            kept.who = stays.id
    for scheme in SCALES:
        stays.credits[scheme] |= gone.credits[scheme]
        gone.credits[scheme] = {}
    _join_once(books, stays)
    for (who, scheme, ends), amount in list(books.lapsed.items()):
        if who == gone.id:
            books.lapsed[stays.id, scheme, ends] = books.lapsed.get((stays.id, scheme, ends), 0) + amount
            books.lapsed[who, scheme, ends] = 0
    _keep_promises(books, gone, stays)
    move_tickets(books, gone.id, stays.id)
    for name, dated in gone.stated.items():
        stays.stated[name] = {**dated, **stays.stated.get(name, {})}
    gone.standing = "deregistered"
    for number, who in books.numbers.items():
        if who == gone.id:
            books.numbers[number] = stays.id
    records = sum(fact.kind in ("record", "deed") for fact in moved)
    outcome = settle(books, asked, stays)
    return {"absorbed": gone.id, "survivor": stays.id, "records": records, "transfer": transfer, **outcome}


def _everything_of(books: Books, gone: Person, stays: Person, today: date) -> list[Line]:
    lines: list[Line] = []
    places = [("minutes", ""), *((points(scheme), part) for scheme in SCALES for part in ("", "donate_only", "debt"))]
    for asset, part in places:
        for day, amount in books.lots(volunteer(gone.id, part), asset).items():
            lines.append((volunteer(gone.id, part), asset, -amount, day))
            lines.append((volunteer(stays.id, part), asset, amount, day))
    for scheme in SCALES:
        lines += _debt_paid(books, scheme, gone, stays, today)
    return lines


def _debt_paid(books: Books, scheme: str, gone: Person, stays: Person, today: date) -> list[Line]:
    asset, lots, owed = points(scheme), defaultdict[date, int](int), 0
    for each in (gone, stays):
        owed -= books.total(volunteer(each.id, "debt"), asset)
        for day, amount in books.lots(volunteer(each.id), asset).items():
            lots[day] += amount if day >= today else 0
    paid = min(owed, sum(lots.values()))
    lines = [(volunteer(stays.id), asset, -amount, day) for day, amount in drawn(lots, paid, today)]
    return [*lines, (volunteer(stays.id, "debt"), asset, paid, NEVER)]


def _join_once(books: Books, who: Person) -> None:
    joined = [fact for fact in books.facts_of(who.id) if fact.kind == "joined" and fact.is_in_force]
    for fact in sorted(joined, key=lambda each: (each.start, each.id))[1:]:
        fact.state = "reversed"


def _keep_promises(books: Books, gone: Person, stays: Person) -> None:
    for (activity, who), state in list(books.promises.items()):
        if who != gone.id or state == "withdrawn":
            continue
        theirs = books.promises.get((activity, stays.id), "withdrawn")
        books.promises[activity, who] = "withdrawn"
        if theirs == "withdrawn":
            books.promises[activity, stays.id] = state
        else:
            books.seats[activity] -= 1
            if state == "attended":
                books.promises[activity, stays.id] = state
