"""What must hold between the keys of one rule; and how a short form becomes the whole one."""

from __future__ import annotations

from dataclasses import replace

from points_engine.rulebook.formulas import DERIVED
from points_engine.rulebook.kinds import ApprovalStep
from points_engine.rulebook.notation import End
from points_engine.rulebook.reader import Scalar, Table
from points_engine.rulebook.shapes import Desk


def _exactly_one(table: Table, desk: Desk, kind: str, *keys: str) -> None:
    given = [key for key in keys if key in table.entries]
    if len(given) != 1:
        place = table.entries[given[1]][0].place if given else table.place
        desk.note(place, "one_of", what=kind, keys=", ".join(keys))


def _needs(table: Table, desk: Desk, kind: str, key: str, other: str, value: str = "") -> None:
    """A key (or a certain value of it) asks for another key."""
    if key in table.entries and other not in table.entries:
        at, node = table.entries[key]
        if not value or (isinstance(node, Scalar) and node.text == value):
            written = f"{key}: {value}" if value else key
            desk.note(at.place, "needs_key", other, what=kind, key=written)


def check_measure(table: Table, fields: dict[str, object], desk: Desk) -> None:
    for fold in ("sum", "max", "distinct", "streak", "share"):
        _needs(table, desk, "measure", "fold", "of", fold)
    if fields.get("fold") in DERIVED:
        return
    for name in _names_read(fields):
        if desk.heads.get(name, ("", None))[0] == "measure":
            desk.note(table.place, "measure_in_measure", name)


def _names_read(fields: dict[str, object]) -> list[str]:
    read: set[str] = set()
    for value in fields.values():
        for expression in value if isinstance(value, tuple) else (value,):
            read |= getattr(expression, "names", frozenset())
    return sorted(read)


def check_approve(table: Table, fields: dict[str, object], desk: Desk) -> None:
    _exactly_one(table, desk, "approve", "by", "steps")
    if "by" in fields:
        fields["steps"] = (ApprovalStep(upto=None, by=str(fields.pop("by"))),)
    steps = fields.get("steps", ())
    assert isinstance(steps, tuple), steps
    if any(step.upto is None for step in steps[:-1]):
        desk.note(table.entries["steps"][0].place, "step_after_last")
    if any(step.upto is not None for step in steps):
        _needs(table, desk, "approve", "steps", "measure")


def check_award(table: Table, fields: dict[str, object], desk: Desk) -> None:
    _exactly_one(table, desk, "award", "amount", "steps", "bands")
    _needs(table, desk, "award", "bands", "bands_by")
    _needs(table, desk, "award", "source", "fund", "fund")


def check_round(table: Table, fields: dict[str, object], desk: Desk) -> None:
    _needs(table, desk, "round", "at", "over", "period")


def check_cap(table: Table, fields: dict[str, object], desk: Desk) -> None:
    if not {"most", "least", "skip_first"} & table.entries.keys():
        desk.note(table.place, "one_of", what="cap", keys="most, least, skip_first")
    _needs(table, desk, "cap", "excess", "route", "route")


def check_expiry(table: Table, fields: dict[str, object], desk: Desk) -> None:
    end = fields.pop("end", None)
    if isinstance(end, End):
        fields.update(ends=end.ends, length=end.length, unit=end.unit, on_day=end.on_day)


def check_reward(table: Table, fields: dict[str, object], desk: Desk) -> None:
    limits = fields.get("limits", ())
    assert isinstance(limits, tuple), limits
    fields["limits"] = tuple(replace(cap, id=f"{desk.rule_id}_limit_{n}") for n, cap in enumerate(limits, start=1))
