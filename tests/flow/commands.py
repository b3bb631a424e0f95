"""One sound command of every class, and values that do not belong into a field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from points_engine.flow.committee.samples import Drawn
from points_engine.flow.counter.visits import RewardTaken
from points_engine.flow.steps import STEPS, Command

START = datetime(2026, 3, 1, 1, tzinfo=UTC)

VALUES: dict[str, Any] = {
    "canonical": "{}",
    "effective_on": date(2026, 3, 1),
    "base": "0123456789abcdef" * 4,
    "code": "a-1",
    "kind": "street",
    "name_zh": "名",
    "name_en": "Name",
    "parent": "above",
    "unit": "riverside",
    "partner": "shop",
    "number": "G440100-1",
    "name": "梅",
    "joined_on": date(2026, 1, 1),
    "born_on": date(1960, 2, 29),
    "phone": "13800000000",
    "home_unit": "riverside",
    "work_unit": "hillside",
    "referrer": "lea",
    "pin_hash": "$argon2id$v=19$m=65536",
    "volunteer": "mei",
    "from_day": date(2026, 2, 1),
    "value": ["double"],
    "standing": "suspended",
    "absorbed": "mei",
    "survivor": "lea",
    "category": "green",
    "host": "riverside",
    "level": "steward",
    "starts_on": date(2026, 3, 1),
    "ends_on": date(2026, 3, 2),
    "place": "the old park",
    "opens_minute": 540,
    "closes_minute": 720,
    "capacity": 12,
    "participants": 30,
    "activity": "garden",
    "kiosk": "kiosk",
    "at": START,
    "recorded_by": "kiosk",
    "facts": {"record.evaluation": "good", "activity.days": 2, "record.paid": False},
    "start": START,
    "end": START + timedelta(minutes=90),
    "source": "import-1",
    "occurred_at": START,
    "quantity": 2,
    "fact": "20260301010000-0123456789abcdef",
    "reason": "typing error",
    "title": "march.csv",
    "scheme": "town",
    "reward": "cup",
    "choice": "tea",
    "shown": "12345678",
    "stock": "donated",
    "to_kind": "volunteer",
    "to": "bo",
    "kinship": "child",
    "group": "lions",
    "items": 12,
    "device": "phone-1",
    "fetched_by": "bo",
    "visit": "c1-1",
    "rewards": (RewardTaken("town", "cup", 2, "", None, Fraction(1, 2)), RewardTaken("town", "perk")),
    "asked_minor": 1200,
    "offered": Fraction(5, 2),
    "outlet": "till",
    "from_outlet": "till",
    "to_outlet": "till-2",
    "restock": False,
    "currency": "CNY",
    "fund": "community",
    "amount_minor": 100,
    "donor": "neighbours",
    "amount": -5,
    "adjustment": "c1-2",
    "action": "check_in",
    "check_in": "c1-1",
    "conflict": "c1-1",
    "challenge": "c1-1",
    "is_upheld": True,
    "answer": "the sheet says so",
    "text": "I was there",
    "day": date(2026, 3, 1),
    "resolution": "retry",
    "approve": True,
    "points": 7,
    "line": 3,
    "expires_on": date(2026, 12, 31),
    "id": "key-1",
    "digest": "0123456789abcdef" * 4,
    "role": "steward",
    "principal": "till-device",
    "label": "The till",
    "expires_at": START + timedelta(days=365),
    "approves": ("community", "grid"),
    "url": "https://platform.example.org/points",
    "topics": ("redemption", "stock"),
    "names_volunteers": False,
    "state": "paused",
    "seq": 4711,
    "index": 2,
    "uses": {"key-1": START},
    "proof": "0123456789abcdef",
    "size": 10,
    "word": "26133",
    "since": START,
    "until": START + timedelta(days=31),
    "first_seq": 1,
    "last_seq": 9,
    "sample": "c1-1",
    "population": 2,
    "drawn": (Drawn("c1-2", "00ff", "mei", "riverside", ("lea", "till-device")),),
    "entry": "c1-2",
    "verdict": "agreed",
    "note": "not on the sheet",
    "note_id": "c1-3",
    "draw": "opera",
    "rule": "by_lot",
    "closes_at": START + timedelta(days=7),
    "places": 2,
    "offer_hours": 48,
    "ticket": 7,
}
"""A value for every field by name."""

OWN: dict[tuple[str, str], Any] = {
    ("register_partner", "kind"): "commerce",
    ("record_deed", "kind"): "blood",
    ("file_challenge", "kind"): "appeal",
    ("record_deed", "quantity"): Fraction(1, 3),
    ("give_points", "points"): Fraction(5, 2),
    ("allot_points", "points"): Fraction(5, 2),
    ("give_from_group", "points"): Fraction(5, 2),
    ("state_fact", "name"): "volunteer.flags",
}
"""Where a field of one command means something else."""

UNKNOWN_FIELDS_ARE_A_DEFECT = "a new field needs a value in tests/flow/commands.py"


def a_value(step: str, field: str) -> Any:
    """A sound value of one field of one command."""
    assert (step, field) in OWN or field in VALUES, f"{step}.{field}: {UNKNOWN_FIELDS_ARE_A_DEFECT}"
    return OWN.get((step, field), VALUES.get(field))


def a_command(step_name: str) -> Command:
    """A sound command with every field given."""
    import dataclasses

    step = next(step for step in STEPS if step.name == step_name)
    return step.command(**{field.name: a_value(step_name, field.name) for field in dataclasses.fields(step.command)})
