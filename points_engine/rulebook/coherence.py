"""What must hold between the keys of one rule; and how a short form becomes the whole one."""

from __future__ import annotations

from dataclasses import replace

from points_engine.rulebook.formulas import DERIVED
from points_engine.rulebook.kinds import ApprovalStep, Offline
from points_engine.rulebook.reader import Scalar, Table
from points_engine.rulebook.shapes import Desk
from points_engine.rulebook.terms import End


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


def _not_with(table: Table, desk: Desk, kind: str, key: str, value: str, *others: str) -> None:
    """A certain value of a key leaves other keys without a meaning: they are refused, never passed over."""
    node = table.entries[key][1] if key in table.entries else None
    if isinstance(node, Scalar) and node.text == value:
        for other in others:
            if other in table.entries:
                desk.note(table.entries[other][0].place, "not_with", other, what=kind, key=f"{key}: {value}")


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
    for bounded in ("amount", "times"):  # a first part and a shortest stretch are of time, a floor is of a balance
        _needs(table, desk, "cap", "limits", "most", bounded)
        _not_with(table, desk, "cap", "limits", bounded, "least", "skip_first")
    _not_with(table, desk, "cap", "limits", "balance", "skip_first")
    _needs(table, desk, "cap", "excess", "route", "route")


def check_expiry(table: Table, fields: dict[str, object], desk: Desk) -> None:
    end = fields.pop("end", None)
    if isinstance(end, End):
        fields.update(ends=end.ends, length=end.length, unit=end.unit, on_day=end.on_day)


def check_reward(table: Table, fields: dict[str, object], desk: Desk) -> None:
    limits = fields.get("limits", ())
    assert isinstance(limits, tuple), limits
    fields["limits"] = tuple(replace(cap, id=f"{desk.rule_id}_limit_{n}") for n, cap in enumerate(limits, start=1))
    offline = fields.get("offline")
    if isinstance(offline, Offline):
        at = table.entries["offline"][0].place
        if offline.charge == "fund" and "fund" not in table.entries:
            desk.note(at, "needs_key", "fund", what="reward", key="offline: {charge: fund}")
        if fields.get("uses", 1) != 1:  # which of several uses one is cannot be told without a network
            desk.note(table.entries["uses"][0].place, "not_with", "uses", what="reward", key="offline")


def check_group(table: Table, fields: dict[str, object], desk: Desk) -> None:
    """A group is of one kind: awards or factors."""
    members = fields.get("of", ())
    assert isinstance(members, tuple), members
    kinds = {desk.heads[member][0] for member in members}
    if len(kinds) > 1:
        desk.note(table.entries["of"][1].place, "mixed_group", ", ".join(members))


def check_standing(table: Table, fields: dict[str, object], desk: Desk) -> None:
    """What is entered with an occasion lasts beyond it; a standing does something."""
    if not {"becomes", "blocks", "drops", "cancels"} & table.entries.keys():
        desk.note(table.place, "one_of", what="standing", keys="becomes, blocks, drops, cancels")
    if "at" in table.entries and not {"lasts", "lifts"} & table.entries.keys():
        desk.note(table.entries["at"][0].place, "needs_key", "lasts", what="standing", key="at")
    read = _names_read({"enter": fields.get("enter")})
    counts = [name for name in read if name in desk.heads and desk.heads[name][0] == "measure"]
    if counts and "at" not in table.entries and {"lasts", "lifts"} & table.entries.keys():
        desk.note(table.entries["enter"][1].place, "needs_key", "at", what="standing", key=f"enter: {counts[0]}")


def check_convert(table: Table, fields: dict[str, object], desk: Desk) -> None:
    _exactly_one(table, desk, "convert", "rate", "steps")


def check_draw(table: Table, fields: dict[str, object], desk: Desk) -> None:
    _needs(table, desk, "draw", "order", "by", "priority")
    _not_with(table, desk, "draw", "order", "first", "by")
    _needs(table, desk, "draw", "unless", "bar")


def check_close(table: Table, fields: dict[str, object], desk: Desk) -> None:
    if not {"base", "carry", "passes", "ratio"} & table.entries.keys():
        desk.note(table.place, "one_of", what="close", keys="base, carry, passes, ratio")


def check_settle(table: Table, fields: dict[str, object], desk: Desk) -> None:
    if not {"rate", "reissue"} & table.entries.keys():
        desk.note(table.place, "one_of", what="settle", keys="rate, reissue")


def check_tier(table: Table, fields: dict[str, object], desk: Desk) -> None:
    """A level that is looked at again has a term after which it is."""
    _needs(table, desk, "tier", "falls", "holds", "at_review")
    holds = fields.get("holds")
    if isinstance(holds, End) and holds.ends == "never":
        fields["holds"] = None
