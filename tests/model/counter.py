"""Holds, and what becomes of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.model.books import (
    SOME,
    Asked,
    Books,
    Held,
    Line,
    No,
    Person,
    Some,
    Visit,
    day_of,
    points,
    told,
    volunteer,
)
from tests.model.oneself import not_oneself
from tests.model.rules import FLOORS, NEVER, Prize, last_usable, shown
from tests.model.wallets import drawn, lent_back

FUND = "community"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
VISIT = timedelta(minutes=10)


def place_hold(
    books: Books, asked: Asked, volunteer: str, scheme: str, reward: str, outlet: str = "", quantity: int = 1
) -> dict[str, Any]:
    """Points, stock and budget are set aside together."""
    return placed(books, asked, volunteer, scheme, reward, outlet, quantity)


def placed(
    books: Books,
    asked: Asked,
    volunteer: str,
    scheme: str,
    reward: str,
    outlet: str = "",
    quantity: int = 1,
    shelf: str | None = None,
) -> dict[str, Any]:
    """The same, off a shelf that is settled where one is named."""
    held = _offered(books, asked, f"{asked.id}-1", volunteer, scheme, reward, outlet, quantity, shelf=shelf)
    lines = [
        line
        for part, day, amount in held.drawn
        for line in ((_account(held, part), points(scheme), -amount, day), _held(held, amount, day))
    ]
    books.post([*lines, *_money(held, f"fund/{FUND}", f"fund/{FUND}/reserved", held.pays)])
    return seen(held)


def _offered(
    books: Books,
    asked: Asked,
    identity: str,
    volunteer: str,
    scheme: str,
    reward: str,
    outlet: str,
    quantity: int,
    *,
    is_fetched: bool = False,
    shelf: str | None = None,
) -> Held:
    """What somebody can have, taken off the shelf; the points are drawn but not moved yet."""
    who = books.active(volunteer)
    prize = books.edition(books.scheme(scheme), asked.today).prizes.get(reward)
    if prize is None or prize.is_over or prize.partner not in books.places["partner"]:
        raise No("reward_not_offered")
    check_gives(books, prize, outlet)
    if shelf is None:
        shelf = shelf_of(prize, reward, outlet)
    left = left_on(books, prize, (scheme, reward, shelf))
    if left is not None and left < quantity:
        raise No("sold_out", required=quantity, available=left)
    if is_fetched:  # no rule of the packs speaks of fetching for others
        raise No("not_eligible")
    if prize.nurses_only and "nurse" not in who.on("volunteer.roles", asked.today):
        raise No("not_eligible")
    _check_limit(books, asked, who, scheme, reward, prize, quantity)
    cost, pays = prize.price * quantity, prize.pays * quantity
    parts = _drawn(books, asked, who, scheme, cost)
    if pays:
        there = books.total(f"fund/{FUND}", "CNY")
        if there < pays:
            raise No("insufficient_funds", required=pays, available=there)

    held = Held(
        identity, who.id, scheme, reward, prize.partner, outlet, quantity, cost, pays, parts, asked.now,
        asked.now + timedelta(minutes=prize.hold_minutes), left is not None, shelf=shelf,
    )  # fmt: skip
    if prize.offline is not None:
        held.brought_until = held.ends + timedelta(minutes=prize.offline[1])
    books.holds[held.id] = held
    if left is not None:
        books.shelves[scheme, reward, shelf] = left - quantity
    return held


def check_gives(books: Books, prize: Prize, outlet: str) -> None:
    """An outlet that is named gives the prize."""
    if outlet and (
        books.found("outlet", outlet)[0] != prize.partner or (prize.outlets and outlet not in prize.outlets)
    ):
        raise No("wrong_outlet")


def shelf_of(prize: Prize, reward: str, outlet: str) -> str:
    """Where a prize is taken from: the outlet's own shelf, or the one in common."""
    if prize.has_shelves and not outlet:
        raise No("outlet_required", reward=reward)
    return outlet if prize.has_shelves else ""


def left_on(books: Books, prize: Prize, place: tuple[str, str, str]) -> int | None:
    """How many can be promised from a shelf; None: as many as one likes."""
    is_kept_so = prize.has_shelves == bool(place[2])
    return books.shelves.get(place, prize.stock if is_kept_so else None)


def _account(held: Held, part: str) -> str:
    return volunteer(held.who, part)


def _held(held: Held, amount: int, day: Any) -> Line:
    return volunteer(held.who, "held"), points(held.scheme), amount, day


def _check_limit(
    books: Books, asked: Asked, who: Person, scheme: str, reward: str, prize: Prize, quantity: int
) -> None:
    if prize.per_month is None:
        return
    this_month = (asked.today.year, asked.today.month)
    used = 0
    for each in books.holds.values():
        placed = day_of(each.placed_at)
        if (each.who, each.scheme, each.reward) != (who.id, scheme, reward):
            continue
        lives = each.ends >= asked.now if each.state == "open" else each.state in ("confirmed", "refunded")
        if lives and (placed.year, placed.month) == this_month:
            used += each.quantity - each.refunded
    if used + quantity > prize.per_month:
        raise No("limit_reached", used=used, most=prize.per_month)


def _drawn(books: Books, asked: Asked, who: Person, scheme: str, cost: int) -> list[tuple[str, Any, int]]:
    """The lots that pay, soonest first, and what is lent above them."""
    asset = points(scheme)
    lots = books.lots(volunteer(who.id), asset)
    usable = sum(amount for day, amount in lots.items() if day >= asked.today)
    available = usable + books.total(volunteer(who.id, "debt"), asset) - FLOORS[scheme]
    if cost > available:
        amounts = {"required": cost, "available": available, "missing": cost - available}
        raise No("insufficient_points", **{name: shown(scheme, amount) for name, amount in amounts.items()})
    own = min(cost, usable)
    parts: list[tuple[str, Any, int]] = [("", day, amount) for day, amount in drawn(lots, own, asked.today)]
    return [*parts, ("debt", NEVER, cost - own)] if cost > own else parts


def _money(held: Held, source: str, target: str, amount: int) -> list[Line]:
    return [(source, "CNY", -amount, NEVER), (target, "CNY", amount, NEVER)] if held.pays else []


def seen(held: Held) -> dict[str, Any]:
    """What a hold looks like to those who placed it."""
    return {
        "hold": held.id, "code": SOME, "reward": held.reward, "quantity": held.quantity,
        "points": shown(held.scheme, held.points), "money": 0, "state": held.state, "expires_at": told(held.ends),
    }  # fmt: skip


def the_hold(books: Books, code: str) -> Held:
    """The hold that a typed code or a scanned token means."""
    typed = "".join(code.upper().split()).replace("-", "")
    if typed.startswith("PO1"):  # a signed token: one that nobody was given is not ours
        if typed not in books.codes:
            raise No("voucher_signature_wrong")
    elif not _is_a_code(typed):
        raise No("voucher_mistyped")
    if typed not in books.codes:
        raise No("not_found")
    return books.holds[books.codes[typed]]


def _is_a_code(typed: str) -> bool:
    """Ten characters, the last of them the weighted sum of the others."""
    if len(typed) != 10 or set(typed) - set(ALPHABET):
        return False
    places = [ALPHABET.index(each) for each in typed]
    return sum(weight * place for weight, place in enumerate(places[:9], 1)) % 31 == places[9]


def cancel_hold(books: Books, asked: Asked, code: str) -> dict[str, Any]:
    """A hold is let go before it is used."""
    held = the_hold(books, code)
    if held.state != "open":
        raise No("wrong_state", state=held.state)
    return _let_go(books, asked, held, "released")


def expire_hold(books: Books, asked: Asked, code: str) -> dict[str, Any]:
    """A sweep lets a hold go whose time is over."""
    held = the_hold(books, code)
    if held.state != "open" or (held.brought_until or held.ends) >= asked.now:
        raise No("wrong_state", state=held.state)
    return _let_go(books, asked, held, "expired")


def _let_go(books: Books, asked: Asked, held: Held, state: str) -> dict[str, Any]:
    lines: list[Line] = []
    for part, day, amount in held.drawn:
        lines.append(_held(held, -amount, day))
        if part == "debt":
            lines += lent_back(books, held.who, held.scheme, amount, asked.today)
        else:
            lines.append((_account(held, part), points(held.scheme), amount, day))
    held.state = state
    _put_back(books, held, held.quantity)
    entry = books.post([*lines, *_money(held, f"fund/{FUND}/reserved", f"fund/{FUND}", held.pays)])
    return {"hold": held.id, "code": SOME, "state": state, "entry": entry}


def _put_back(books: Books, held: Held, quantity: int) -> None:
    if held.stocked:
        books.shelves[held.scheme, held.reward, held.shelf] += quantity


def confirm_hold(books: Books, asked: Asked, code: str, outlet: str) -> dict[str, Any]:
    """The reward is handed over, once."""
    partner = books.found("outlet", outlet)[0]
    held = the_hold(books, code)
    if held.partner != partner:
        raise No("wrong_outlet")
    if held.state == "confirmed" and held.used_at == outlet:
        return _used(held) | {"again": True}
    if held.confirmed_at is not None:
        raise No("voucher_refunded" if held.state == "refunded" else "already_used", used_at=told(held.confirmed_at))
    if held.outlet and held.outlet != outlet:
        raise No("wrong_outlet")
    if held.state == "released":
        raise No("voucher_cancelled")
    if held.state == "expired" or held.ends < asked.now:
        raise No("hold_expired", expired_at=told(held.ends))
    entry = handed_over(books, held, outlet, asked.now)
    return _used(held) | {"entry": entry, "again": False}


def handed_over(books: Books, held: Held, outlet: str, at: datetime) -> Some | None:
    """The points that were set aside are the partner's, and the fund owes it what was promised."""
    held.state, held.confirmed_at, held.used_at = "confirmed", at, outlet
    lines = [_held(held, -amount, day) for _, day, amount in held.drawn]
    lines.append((f"partner/{held.partner}/redeemed", points(held.scheme), held.points, NEVER))
    money = _money(held, f"fund/{FUND}/reserved", f"partner/{held.partner}/payable", held.pays)
    return books.post([*lines, *money])


def _used(held: Held) -> dict[str, Any]:
    assert held.confirmed_at is not None
    return seen(held) | {"confirmed_at": told(held.confirmed_at), "outlet": held.used_at}


def refund(
    books: Books,
    asked: Asked,
    code: str,
    reason: str,
    outlet: str = "",
    quantity: int | None = None,
    restock: bool = True,
) -> dict[str, Any]:
    """Items are given back: points to the lots that they came from, the last drawn first."""
    if outlet:
        books.found("outlet", outlet)
    held = the_hold(books, code)
    if outlet and outlet != held.used_at:
        raise No("wrong_outlet")
    if held.state != "confirmed" or held.confirmed_at is None:
        raise No("wrong_state", state=held.state)
    prize = max(books.editions[held.scheme], key=lambda each: each[0])[1].prizes[held.reward]
    last = day_of(held.confirmed_at) + timedelta(days=prize.refund_days)
    if outlet and asked.today > last:
        raise No("refund_too_late", until=last)
    left = held.quantity - held.refunded
    many = left if quantity is None else quantity
    if many > left:
        raise No("invalid_value", field="quantity")

    each = held.points // held.quantity
    lines = _given_back(books, asked, held, each * held.refunded, each * many, prize.on_expired)
    lines.append((f"partner/{held.partner}/redeemed", points(held.scheme), -each * many, NEVER))
    pays = held.pays // held.quantity * many
    money = _money(held, f"partner/{held.partner}/payable", f"fund/{FUND}", pays)
    held.refunded += many
    held.state = "refunded" if held.refunded == held.quantity else "confirmed"
    if restock:
        _put_back(books, held, many)
    entry: Some | None = books.post([*lines, *money])
    return {
        "hold": held.id, "code": SOME, "state": held.state, "refunded_quantity": held.refunded,
        "points": shown(held.scheme, each * many), "entry": entry, "note": SOME,
    }  # fmt: skip


def _given_back(books: Books, asked: Asked, held: Held, before: int, amount: int, policy: str) -> list[Line]:
    asset = points(held.scheme)
    lines: list[Line] = []
    units = [(part, day) for part, day, many in reversed(held.drawn) for _ in range(many)]  # point by point
    lent = 0
    for part, day in units[before : before + amount]:
        if part == "debt":
            lent += 1
        elif day >= asked.today or policy == "restore":
            lines.append((_account(held, part), asset, 1, day))
        elif policy == "extend":
            lines.append((_account(held, part), asset, 1, last_usable(held.scheme, asked.today)))
        else:
            place = (held.who, held.scheme, day)
            books.lapsed[place] = books.lapsed.get(place, 0) + 1
            lines.append((f"scheme/{held.scheme}/expired", asset, 1, NEVER))
    return [*lines, *(lent_back(books, held.who, held.scheme, lent, asked.today) if lent else ())]


# ---- without a reservation -----------------------------------------------------------------------------------------


def link_phone(books: Books, asked: Asked, volunteer: str) -> dict[str, Any]:
    """A phone may show somebody's codes from now on."""
    who = books.person(volunteer)
    books.phones[who.id] = books.phones.get(who.id, 0) + 1
    return {"volunteer": who.id, "generation": books.phones[who.id]}


def open_visit(
    books: Books, asked: Asked, volunteer: str, outlet: str, shown: str = "", fetched_by: str = ""
) -> dict[str, Any]:
    """Somebody stands at a counter; the model knows no code that a phone would show."""
    books.found("outlet", outlet)
    who = books.active(volunteer)
    there = books.person(fetched_by) if fetched_by else who
    if shown:
        raise No("card_code_wrong")
    not_oneself(books, asked, there)
    not_oneself(books, asked, who)
    visit = Visit(volunteer, outlet, asked.now + VISIT, there.id if there.id != who.id else "")
    books.visits[f"{asked.id}-1"] = visit
    return {"visit": f"{asked.id}-1", "volunteer": volunteer, "outlet": outlet, "expires_at": told(visit.ends)}


def redeem(books: Books, asked: Asked, visit: str, rewards: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything that is taken in a visit is handed over at once, or nothing is."""
    if visit not in books.visits:
        raise No("not_found")
    there = books.visits[visit]
    if there.ends < asked.now:
        raise No("hold_expired", expired_at=told(there.ends))
    made, told_of = 0, []
    for line, each in enumerate(rewards, 1):
        shelves = len(books.shelves)
        try:
            held = _offered(
                books, asked, f"{asked.id}-{made + 1}", there.number, outlet=there.outlet,
                is_fetched=bool(there.fetched_by), **each,
            )  # fmt: skip
        except No as no:
            raise No(no.code, **no.facts, line=line) from no
        held.state, held.confirmed_at, held.used_at, held.ends = "confirmed", asked.now, there.outlet, asked.now
        held.brought_until = None
        lines = [(_account(held, part), points(held.scheme), -amount, day) for part, day, amount in held.drawn]
        lines.append((f"partner/{held.partner}/redeemed", points(held.scheme), held.points, NEVER))
        entry = books.post([*lines, *_money(held, f"fund/{FUND}", f"partner/{held.partner}/payable", held.pays)])
        # The hold has an id, the opening of a shelf's book, if it is opened by this, and the entry, if there is one.
        made += 1 + (len(books.shelves) - shelves) + (entry is not None)
        told_of.append(seen(held))
    return {"visit": visit, "outlet": there.outlet, "confirmed_at": told(asked.now), "money": 0, "rewards": told_of}
