"""Setting up: packs, places, keys, funds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.model.books import SOME, Asked, Books, No
from tests.model.rules import NEVER, SCALES, shown


def publish_pack(books: Books, asked: Asked, canonical: str, effective_on: date) -> dict[str, Any]:
    """A version of a pack comes into force on a day to come; the first one of a scheme on any day."""
    edition = books.texts[canonical]
    there = books.editions.get(edition.scheme, [])
    for day, other in there:
        if day == effective_on:
            if other != edition:
                raise No("pack_conflict")
            return {"scheme": edition.scheme, "created": False}
    if there and effective_on <= asked.today:
        raise No("pack_conflict")
    books.editions[edition.scheme] = [*there, (effective_on, edition)]
    return {"scheme": edition.scheme, "created": True}


def register_unit(
    books: Books, asked: Asked, code: str, kind: str, name_zh: str, name_en: str, parent: str | None = None
) -> dict[str, Any]:
    """A unit, under one that is there."""
    if parent:
        books.found("unit", parent)
    return books.lay("unit", code, (kind, parent, name_zh, name_en))


def move_unit(books: Books, asked: Asked, code: str, parent: str | None, from_day: date) -> dict[str, Any]:
    """A unit stands under another one, from a day on."""
    kind, before, *names = books.found("unit", code)
    above = parent
    while above:
        there = books.found("unit", above)
        if above == code:
            raise No("invalid_value", field="parent")
        above = there[1]
    first = max(books.moves[code], default=date(1900, 1, 1))
    if not first <= from_day <= asked.today:
        raise No("invalid_value", field="from_day")
    books.moves[code].append(from_day)
    books.places["unit"][code] = (kind, parent, *names)
    return {"unit": code, "parent": parent, "before": before, "from_day": from_day.isoformat()}


def register_kiosk(books: Books, asked: Asked, code: str, unit: str, name_zh: str, name_en: str) -> dict[str, Any]:
    """A kiosk of a unit."""
    books.found("unit", unit)
    return books.lay("kiosk", code, (unit, name_zh, name_en))


def register_partner(books: Books, asked: Asked, code: str, kind: str, name_zh: str, name_en: str) -> dict[str, Any]:
    """A partner."""
    return books.lay("partner", code, (kind, name_zh, name_en))


def register_outlet(
    books: Books, asked: Asked, code: str, partner: str, name_zh: str, name_en: str, unit: str | None = None
) -> dict[str, Any]:
    """An outlet of a partner; the partner stands first, for the counter asks whose it is."""
    books.found("partner", partner)
    if unit:
        books.found("unit", unit)
    return books.lay("outlet", code, (partner, unit, name_zh, name_en))


def issue_key(
    books: Books,
    asked: Asked,
    id: str,  # noqa: A002 - the command's own word
    digest: str,
    role: str,
    principal: str,
    label: str,
    outlet: str = "",
    kiosk: str = "",
    unit: str = "",
    scheme: str = "",
    expires_at: datetime | None = None,
    volunteer: str = "",
) -> dict[str, Any]:
    """A credential with what it is narrowed to, and the person who acts with it."""
    for kind, code in (("outlet", outlet), ("kiosk", kiosk), ("unit", unit)):
        if code:
            books.found(kind, code)
    if scheme:
        books.scheme(scheme)
    if id in books.keys:
        raise No("already_exists")
    if volunteer:
        person = books.person(volunteer)
        if principal in books.actors and books.acting(principal) is not person:
            raise No("already_exists")
        books.actors[principal] = volunteer
    books.keys[id], books.labels[id] = None, label
    return {"key": id, "role": role, "principal": principal}


def revoke_key(books: Books, asked: Asked, id: str) -> dict[str, Any]:  # noqa: A002
    """A credential is withdrawn, once or again."""
    if id not in books.keys:
        raise No("not_found")
    books.revoked.add(id)
    return {"key": id, "revoked": True}


def amend_key(
    books: Books,
    asked: Asked,
    id: str,  # noqa: A002
    label: str,
    expires_at: datetime | None = None,
) -> dict[str, Any]:
    """A credential is called differently, or holds for another while."""
    if id not in books.keys:
        raise No("not_found")
    if id in books.revoked:
        raise No("wrong_state", state="revoked")
    books.labels[id] = label
    return {"key": id, "label": label}


def note_key_uses(books: Books, asked: Asked, uses: Mapping[str, datetime]) -> dict[str, Any]:
    """The latest use of each credential is remembered."""
    for key in uses:
        if key not in books.keys:
            raise No("not_found")
    noted = 0
    for key, at in uses.items():
        last = books.keys[key]
        if last is None or last < at:
            books.keys[key] = at
            noted += 1
    return {"noted": noted}


def register_fund(
    books: Books, asked: Asked, code: str, name_zh: str, name_en: str, currency: str = "CNY"
) -> dict[str, Any]:
    """A fund; the currency stands first, for postings are in it."""
    return books.lay("fund", code, (currency, name_zh, name_en))


def receive_donation(books: Books, asked: Asked, fund: str, amount_minor: int, donor: str) -> dict[str, Any]:
    """Money comes into a fund."""
    currency = books.found("fund", fund)[0]
    donors, there = f"fund/{fund}/donors", f"fund/{fund}"
    entry = books.post([(donors, currency, -amount_minor, NEVER), (there, currency, amount_minor, NEVER)])
    return {"fund": fund, "entry": entry, "note": SOME}


def allot_points(books: Books, asked: Asked, fund: str, scheme: str, points: Fraction, reason: str) -> dict[str, Any]:
    """Points come into a fund by a decision."""
    books.found("fund", fund)
    books.scheme(scheme)
    exact = points * 10 ** SCALES[scheme]
    if exact.denominator != 1:
        raise No("invalid_value", field="points")
    there, asset = f"fund/{fund}", f"points/{scheme}"
    source = (f"scheme/{scheme}/allotted", asset, -int(exact), NEVER)
    entry = books.post([source, (there, asset, int(exact), NEVER)])
    left = sum(books.lots(there, asset).values())
    return {"fund": fund, "scheme": scheme, "entry": entry, "note": SOME, "points": shown(scheme, left)}
