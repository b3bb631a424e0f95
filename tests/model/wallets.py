"""What comes into a volunteer's accounts and what is taken back, in plain steps over dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.model.books import Books, Line, No, Person, points, volunteer
from tests.model.rules import CEILINGS, NEVER, ON_DECREASE, last_usable


def moved(books: Books, who: Person, scheme: str, net: Mapping[date, int], today: date) -> list[Line]:
    """The lines that change a person's awarded points by `net` per lot.

    Decreases come out of donate-only points, the same lot, what expired of it, then the soonest lots.  What is
    missing is made up by what the same change brings in; the rest is owed, or is the reason to refuse.  Increases pay
    debt, then fill the account to its ceiling.
    """
    asset = points(scheme)
    main, spare = books.lots(volunteer(who.id), asset), books.lots(volunteer(who.id, "donate_only"), asset)
    owed = -books.total(volunteer(who.id, "debt"), asset)
    lines: list[Line] = []

    def put(part: str, amount: int, day: date = NEVER) -> None:
        if amount:
            lines.append((volunteer(who.id, part), asset, amount, day))

    def out_of(part: str, lots: dict[date, int], day: date, wanted: int) -> int:
        taken = min(wanted, lots.get(day, 0))
        lots[day] = lots.get(day, 0) - taken
        put(part, -taken, day)
        return taken

    missing = 0
    for ends in sorted(day for day, amount in net.items() if amount < 0):
        wanted = -net[ends]
        for day in (ends, *sorted(spare)):
            wanted -= out_of("donate_only", spare, day, wanted)
        wanted -= out_of("", main, ends, wanted)
        if ends < today:
            expired = min(wanted, books.lapsed.get((who.id, scheme, ends), 0))
            if expired:
                books.lapsed[who.id, scheme, ends] -= expired
                lines.append((f"scheme/{scheme}/expired", asset, -expired, NEVER))
                wanted -= expired
        for day in sorted(main):
            wanted -= out_of("", main, day, wanted)
        missing += wanted

    coming = {day: amount for day, amount in sorted(net.items()) if amount > 0}
    for day, amount in coming.items():
        made_up = min(missing, amount)
        coming[day] = amount - made_up
        missing -= made_up
    if missing:
        taken = -sum(amount for amount in net.values() if amount < 0)
        if ON_DECREASE[scheme] == "block":
            raise No("decrease_blocked", required=taken, available=taken - missing)
        put("debt", -missing)
        owed += missing

    lines += _paid_in(books, who, scheme, coming, main, owed, today)
    issued = -sum(amount for _, _, amount, _ in lines)
    if issued:
        lines.append((f"scheme/{scheme}/issued", asset, issued, NEVER))
    return lines


def paid_in(books: Books, who: Person, scheme: str, coming: Mapping[date, int], today: date) -> list[Line]:
    """The lines on a person's side, and of the sinks, for points per lot that come from somewhere."""
    asset = points(scheme)
    main, owed = books.lots(volunteer(who.id), asset), -books.total(volunteer(who.id, "debt"), asset)
    return _paid_in(books, who, scheme, dict(sorted(coming.items())), main, owed, today)


def _paid_in(
    books: Books, who: Person, scheme: str, coming: Mapping[date, int], main: dict[date, int], owed: int, today: date
) -> list[Line]:
    """Debt is paid first, then the account is filled to its ceiling; `main` is what the account holds."""
    asset = points(scheme)
    lines: list[Line] = []

    def put(part: str, amount: int, day: date = NEVER) -> None:
        if amount:
            lines.append((volunteer(who.id, part), asset, amount, day))

    most, above = CEILINGS[scheme]
    for day, amount in coming.items():
        repaid = min(owed, amount)
        owed -= repaid
        put("debt", repaid)
        amount -= repaid
        usable = sum(lot for ends, lot in main.items() if ends >= today)
        room = max(0, most - usable - books.total(volunteer(who.id, "held"), asset))
        kept = min(amount, room)
        put("", kept, day)
        main[day] = main.get(day, 0) + kept
        if amount > kept and above == "donate_only":
            put(above, amount - kept, day)
        elif amount > kept:
            lines.append((f"scheme/{scheme}/{above}", asset, amount - kept, NEVER))
    return lines


def drawn(lots: Mapping[date, int], wanted: int, today: date) -> list[tuple[date, int]]:
    """Parts of usable lots that make up an amount, the soonest-ending first."""
    parts = []
    for day in sorted(lots):
        part = min(wanted, lots[day]) if day >= today else 0
        if part:
            parts.append((day, part))
            wanted -= part
    assert not wanted, "there was enough"
    return parts


def lent_back(books: Books, who: str, scheme: str, amount: int, today: date) -> list[Line]:
    """Lent points come back: they lower the debt as far as it stands, and the rest can be spent again."""
    asset = points(scheme)
    owed = min(amount, -books.total(volunteer(who, "debt"), asset))
    lines: list[Line] = [(volunteer(who, "debt"), asset, owed, NEVER)] if owed else []
    if amount > owed:
        lines.append((volunteer(who), asset, amount - owed, last_usable(scheme, today)))
    return lines
