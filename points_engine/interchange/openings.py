"""Opening balances from a file: lot by lot, what volunteers bring along from books kept before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import file_digest
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from points_engine.engine import PointsEngine
from points_engine.errors import InvalidValue
from points_engine.flow.entities import Scheme
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.interchange.columns import places
from points_engine.interchange.imports import Progress, in_slices, no_progress, steadily
from points_engine.interchange.problems import Problems, RowProblem, broken
from points_engine.interchange.rows import Row, Sheet, open_sheet
from points_engine.ledger import amounts
from points_engine.limits import AMOUNT_MAX, IMPORT_SLICE_COMMANDS
from points_engine.store import SqlStore
from points_engine.store.tables import table_of

REQUIRED: Final = ("volunteer", "scheme", "points")
OPTIONAL: Final = ("expires_on",)


@dataclass(slots=True)
class OpeningsReport:
    """What became of a file of opening balances."""

    problems: Problems
    rows: int = 0
    booked: int = 0
    duplicates: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether every row is in the books now."""
        return not self.problems.count


def run_openings(
    engine: PointsEngine,
    store: SqlStore,
    path: Path,
    *,
    principal: str,
    mapping: Mapping[str, str],
    progress: Progress = no_progress,
) -> OpeningsReport:
    """Book every row; the same file again changes nothing.

    Raises: BadInput (the file, its columns), StoreFault.
    """
    sheet = open_sheet(path)
    at = places(sheet.header, REQUIRED, OPTIONAL, mapping)
    with store.reading() as connection:
        scales = _scales(connection)
    with path.open("rb") as file:
        key = file_digest(file, "sha256").hexdigest()[:24]
    report = OpeningsReport(Problems())
    for some in in_slices(_commands(sheet, at, scales, report), IMPORT_SLICE_COMMANDS):
        slice_ = [Submission(command, principal, f"openings-{key}:{line}") for line, command in some]
        for (line, _), outcome in zip(some, steadily(engine, slice_), strict=True):
            if outcome.error is not None:
                report.problems.add(RowProblem.of(line, outcome.error))
            elif outcome.replayed:
                report.duplicates += 1
            else:
                report.booked += 1
        progress("record", report.rows, None)
    return report


def _scales(connection: Connection) -> dict[str, int]:
    schemes = table_of(Scheme)
    return {row.code: row.scale for row in connection.execute(select(schemes.c.code, schemes.c.scale))}


def _commands(
    sheet: Sheet, at: Mapping[str, int], scales: Mapping[str, int], report: OpeningsReport
) -> Iterator[tuple[int, OpenBalance]]:
    for row in sheet.rows:
        report.rows += 1
        made = row if isinstance(row, RowProblem) else _command(row, at, scales)
        if isinstance(made, RowProblem):
            report.problems.add(made)
        else:
            yield row.line, made


def _command(row: Row, at: Mapping[str, int], scales: Mapping[str, int]) -> OpenBalance | RowProblem:
    fields: Sequence[str] = [field.strip() for field in row.fields]
    scheme, text = fields[at["scheme"]], fields[at["points"]]
    if scheme not in scales:
        known = ", ".join(scales) or "—"
        return broken(row.line, "scheme", scheme, f"已发布的账套：{known}", f"a published scheme: {known}")
    try:
        exact = Decimal(text) * 10 ** scales[scheme]
        if exact != exact.to_integral_value() or not 0 < exact <= AMOUNT_MAX:
            raise InvalidOperation
    except InvalidOperation:
        return broken(
            row.line, "points", text, f"大于 0、至多 {scales[scheme]} 位小数的数",
            f"a number above 0 with at most {scales[scheme]} decimals",
        )  # fmt: skip
    day = fields[at["expires_on"]] if "expires_on" in at else ""
    try:
        expires_on = date.fromisoformat(day[:10]) if day else None
        if expires_on == amounts.NEVER:
            expires_on = None
        return OpenBalance(fields[at["volunteer"]], scheme, int(exact), row.line, expires_on)
    except ValueError:
        return broken(
            row.line, "expires_on", day, "日期，如 2026-12-31，或留空", "a day such as 2026-12-31, or nothing"
        )
    except InvalidValue as refused:
        return RowProblem.of(row.line, refused)
