"""Staging: every row read, checked and put in the order of service, before the first one is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from points_engine.errors import InvalidValue
from points_engine.flow.service.records import RecordService
from points_engine.interchange.columns import places
from points_engine.interchange.problems import Problems, RowProblem, broken
from points_engine.interchange.rows import Row, Sheet
from points_engine.interchange.sorting import Item, SortedRuns
from points_engine.limits import CODE_CHARACTERS
from points_engine.rulebook.vocabulary import BOOLEAN, DURATION, FACTS, LIST_OF_TEXT, NUMERIC

REQUIRED: Final = ("volunteer", "start", "end", "activity")
OPTIONAL: Final = ("category",)
NO_CATEGORY: Final = "general"
"""The category of an activity whose rows state none."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NOT_IN_CODES: Final = re.compile(r"[^\w./:@+-]")


class _Broken(Exception):
    """A field of the row in hand cannot be read."""

    def __init__(self, field: str, value: str, zh: str, en: str) -> None:
        self.told = (field, value, zh, en)
        super().__init__(en)


@dataclass(slots=True)
class Staged:
    """What a file holds: its sound rows in the order of service, who and what they name, and its problems."""

    runs: SortedRuns
    problems: Problems = field(default_factory=Problems)
    rows: int = 0
    volunteers: dict[str, int] = field(default_factory=dict)  # number to the first start, in microseconds since 1970
    activities: dict[str, tuple[str, str]] = field(default_factory=dict)  # code to the least (category, name)

    def records(self, recorded_by: str, source: str) -> Iterator[tuple[int, RecordService]]:
        """Each sound row as (line, command), by (start, end, volunteer), so that the fold goes forward."""
        for start, end, volunteer, activity, line, facts in self.runs.in_order():
            yield line, _command(start, end, volunteer, activity, facts, recorded_by, source)


def moment(microseconds: int) -> datetime:
    """The instant that stands for a whole number of microseconds since 1970."""
    return _EPOCH + microseconds * _MICROSECOND


def stage(
    sheet: Sheet,
    runs: SortedRuns,
    *,
    recorded_by: str,
    mapping: Mapping[str, str],
    zone: ZoneInfo | None,
    seen: Callable[[int], object] = lambda rows: None,
) -> Staged:
    """Read a whole sheet. `zone` is where times without an offset belong; None refuses them.

    Raises: BadInput for columns that are missing.
    """
    at = places(sheet.header, REQUIRED, OPTIONAL, mapping)
    staged = Staged(runs)
    for row in sheet.rows:
        staged.rows += 1
        if staged.rows % 1_000 == 0:
            seen(staged.rows)
        if isinstance(row, RowProblem):
            staged.problems.add(row)
            continue
        try:
            item, name = _item(row, at, zone)
            start, end, volunteer, activity, _, facts = item
            _command(start, end, volunteer, activity, facts, recorded_by, "")
        except _Broken as wrong:
            staged.problems.add(broken(row.line, *wrong.told))
        except InvalidValue as refused:
            staged.problems.add(RowProblem.of(row.line, refused))
        else:
            runs.add(item)
            _meet(staged, item, name)
    seen(staged.rows)
    return staged


def _item(row: Row, at: Mapping[str, int], zone: ZoneInfo | None) -> tuple[Item, str]:
    """A row as a tuple that sorts as the fold goes, and the activity's name."""
    fields = row.fields
    name = fields[at["activity"]].strip()
    facts = {fact: _fact(fact, text) for fact in at if "." in fact and (text := fields[at[fact]].strip())}
    category = fields[at["category"]].strip() if "category" in at else ""
    if category:
        facts["activity.category"] = category
    start, end = _instant("start", fields[at["start"]], zone), _instant("end", fields[at["end"]], zone)
    return (start, end, fields[at["volunteer"]].strip(), activity_code(name), row.line, facts), name


def _meet(staged: Staged, item: Item, name: str) -> None:
    start, _, volunteer, activity, _, facts = item
    if start < staged.volunteers.get(volunteer, start + 1):
        staged.volunteers[volunteer] = start
    met = (str(facts.get("activity.category", NO_CATEGORY)), name)
    if met < staged.activities.get(activity, ("\U0010ffff", "")):
        staged.activities[activity] = met


def _command(
    start: int, end: int, volunteer: str, activity: str, facts: Mapping[str, Any], recorded_by: str, source: str
) -> RecordService:
    return RecordService(volunteer, activity, moment(start), moment(end), recorded_by, facts, source)


def _instant(field: str, text: str, zone: ZoneInfo | None) -> int:
    try:
        value = datetime.fromisoformat(text.strip())
        if value.tzinfo is None:
            if zone is None:
                raise _Broken(
                    field, text, "带时区的时间（或用 --time-zone 指明时区）",
                    "a time with its UTC offset, or a --time-zone for the whole file",
                )  # fmt: skip
            value = value.replace(tzinfo=zone)
        return (value - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        raise _Broken(
            field, text, "ISO 8601 时间，如 2026-03-01T09:00:00+08:00", "a time such as 2026-03-01T09:00:00+08:00"
        ) from None


def _fact(name: str, text: str) -> Any:
    kind = FACTS[name].type
    if kind == BOOLEAN:
        if text.lower() not in ("true", "false", "是", "否"):
            raise _Broken(name, text, "true 或 false", "true or false")
        return text.lower() in ("true", "是")
    if kind in NUMERIC:
        try:
            return int(text)
        except ValueError:
            unit = "整数（分钟）" if kind == DURATION else "整数"
            raise _Broken(name, text, unit, "a whole number" + (" of minutes" if kind == DURATION else "")) from None
    if kind == LIST_OF_TEXT:
        return [part.strip() for part in text.split(";") if part.strip()]
    return text


def activity_code(name: str) -> str:
    """The code under which an activity of this name is registered.

    >>> activity_code("sympy/core"), activity_code(".mailmap"), activity_code("")
    ('sympy/core', '_.mailmap', '')
    """
    if not name:
        return name
    code = name if name[0].isalnum() or name[0] == "_" else f"_{name}"
    if len(code) <= CODE_CHARACTERS and not _NOT_IN_CODES.search(code):
        return code
    mark = sha256(name.encode()).hexdigest()[:10]
    return f"{_NOT_IN_CODES.sub('_', code)[: CODE_CHARACTERS - 11]}-{mark}"
