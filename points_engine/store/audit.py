"""The audit: every promise of the books checked on one snapshot, each broken one named with its first row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from points_engine.store.checks import CHECKS, Check
from points_engine.store.stores import SqlStore
from points_engine.store.triggers import POSTGRES_FUNCTIONS, POSTGRES_TRIGGERS, sqlite_triggers

COUNTED: Final = (
    "journal",
    "command",
    "entry",
    "posting",
    "account",
    "lot",
    "volunteer",
    "fact",
    "award",
    "trace",
    "hold",
)
"""Tables whose sizes the report states."""

TRACES_AT_ONCE: Final = 2_000
"""rows: keeps memory flat while the traces are read."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise that is broken: by how many rows, and the first of them."""

    check: str
    table: str
    says: str
    broken: int
    first: Mapping[str, Any]

    def __str__(self) -> str:
        row = ", ".join(f"{name} {value}" for name, value in self.first.items())
        return f"{self.check}: {self.table} ({row}): {self.broken} rows against: {self.says}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was checked, up to which `seq`, on how many rows, and what was found."""

    seq: int
    recorded_at: str
    checks: tuple[str, ...]
    counts: Mapping[str, int]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def is_sound(self) -> bool:
        """Whether every promise is kept."""
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return {"is_sound": self.is_sound, **asdict(self)}


def audit(store: SqlStore, progress: Progress | None = None) -> AuditReport:
    """Check every promise on one snapshot; `progress` is told each check's name, its number and how many there are."""
    findings: list[Finding] = []
    names = (*(check.name for check in CHECKS), "trace_says_the_same", "triggers_present")
    with store.reading() as connection:

        def tell(number: int) -> None:
            if progress is not None:
                progress(names[number], number, len(names))

        for number, check in enumerate(CHECKS):
            tell(number)
            findings += _broken(connection, check)
        tell(len(CHECKS))
        findings += _traces(connection)
        tell(len(CHECKS) + 1)
        findings += trigger_findings(connection)
        counts = {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in COUNTED}
        seq, recorded_at = connection.execute(text("SELECT seq, recorded_at FROM journal_head")).one()
    return AuditReport(seq, _plain(recorded_at), names, counts, tuple(findings))


def _broken(connection: Connection, check: Check) -> list[Finding]:
    query = check.query.replace("{true}", "1" if connection.dialect.name == "sqlite" else "true")
    statement = f"SELECT count(*) OVER () AS broken, q.* FROM ({query}) AS q ORDER BY {check.order} LIMIT 1"
    found = connection.execute(text(statement)).mappings().first()
    if found is None:
        return []
    first = {name: _plain(value) for name, value in found.items() if name != "broken"}
    return [Finding(check.name, check.table, check.says, found["broken"], first)]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _traces(connection: Connection) -> list[Finding]:
    """Awards whose trace says other minutes or points; read as text, since a broken trace need not be JSON."""
    statement = text(
        "SELECT a.fact_id, a.scheme, a.minutes, a.points, t.content FROM award AS a JOIN trace AS t "
        "ON t.id = a.trace_id ORDER BY a.fact_id, a.scheme"
    )
    broken = 0
    first: dict[str, Any] = {}
    for row in connection.execute(statement.execution_options(yield_per=TRACES_AT_ONCE)):
        said = _said(row.content)
        if said != (row.minutes, row.points):
            broken += 1
            first = first or {
                "fact_id": row.fact_id,
                "scheme": row.scheme,
                "award": [row.minutes, row.points],
                "trace": None if said is None else list(said),
            }
    says = "the trace of an award says the same minutes and points"
    return [Finding("trace_says_the_same", "award", says, broken, first)] if broken else []


def _said(content: str) -> tuple[Any, Any] | None:
    try:
        trace = json.loads(content)
        return trace["minutes"], trace["points"]
    except (ValueError, KeyError, TypeError):
        return None


def trigger_findings(connection: Connection) -> list[Finding]:
    """Triggers that are missing, switched off, or not what the migrations made."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        there = {row.name: row.sql for row in rows}
        broken = [name for name, sql in sqlite_triggers().items() if there.get(name) != sql]
    else:
        broken = _postgres_triggers(connection)
    says = "the database refuses changes by the triggers that the migrations made"
    return [Finding("triggers_present", "trigger", says, len(broken), {"name": broken[0]})] if broken else []


def _postgres_triggers(connection: Connection) -> list[str]:
    triggers = connection.execute(
        text(
            "SELECT t.tgname, c.relname, p.proname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
            "JOIN pg_proc AS p ON p.oid = t.tgfoid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A')"
        )
    )
    there = {name: (table, function) for name, table, function in triggers}
    broken = [
        name
        for name, (when, _, function) in POSTGRES_TRIGGERS.items()
        if there.get(name) != (when.rpartition(" ")[2], function)
    ]
    bodies = connection.execute(
        text("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace")
    )
    sources = {row.proname: row.prosrc for row in bodies}
    return broken + [name for name, body in POSTGRES_FUNCTIONS.items() if sources.get(name) != body]
