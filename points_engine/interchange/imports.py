"""Importing a service log: one file becomes records, in any order of rows, as often as it is tried, and undone as one.

Every row is checked before the first is recorded; what cannot be read or is refused is reported with its line, and the
rest goes in.  Keys are the import's and the line's, so that an import that was broken off is simply run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from points_engine.engine import PointsEngine
from points_engine.errors import StoreFault
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.programme import RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.corrections import OpenImport
from points_engine.flow.steps import Command
from points_engine.interchange.lookups import import_opened_at, latest_pack
from points_engine.interchange.packs import find_folder, publish_folder
from points_engine.interchange.problems import BadInput, Problems, RowProblem
from points_engine.interchange.rows import open_sheet
from points_engine.interchange.sorting import SortedRuns
from points_engine.interchange.staging import Staged, activity_code, moment, stage
from points_engine.limits import IMPORT_SLICE_COMMANDS
from points_engine.pace import Pace
from points_engine.rulebook.pack import Pack
from points_engine.store import SqlStore

T = TypeVar("T")
Progress = Callable[[str, int, int | None], None]
"""Told what is going on (`read`, `register`, `record`, `reverse`), how much is done, and of how much if known."""

FAULT_TRIES: Final = 4
"""tries of a slice that the store could not finish, with growing pauses, before an import gives up."""


def no_progress(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What to import, and as what. `name` is the import's code; empty: made from the content of the file."""

    path: Path
    scheme: str
    recorded_by: str
    principal: str
    name: str = ""
    host: str = ""  # the unit that answers for the activities; empty: one is registered for the scheme
    pack: Path | None = None  # the folder to publish if the scheme has no pack yet
    rule_folders: Sequence[Path] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None  # where times without an offset belong


@dataclass(slots=True)
class ImportReport:
    """What became of a file; `rows` is always `imported + duplicates + problems.count`."""

    code: str
    scheme: str
    problems: Problems
    rows: int = 0
    imported: int = 0
    duplicates: int = 0
    volunteers: int = 0
    activities: int = 0
    minutes: int = 0
    points: dict[str, int] = field(default_factory=dict)  # smallest units by scheme
    published: bool = False
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Whether every row is in the books now."""
        return not self.problems.count


def run_import(
    engine: PointsEngine, store: SqlStore, order: ImportOrder, progress: Progress = no_progress
) -> ImportReport:
    """Import a file; the pack is published and a unit, volunteers and activities are registered where need be.

    Raises: BadInput (the file, its columns, no rules), PackProblems, InvalidValue (an option), AlreadyExists (the name
    stands for another file), StoreFault (running the same command again goes on where it stopped).
    """
    began = time.monotonic()
    sheet = open_sheet(order.path)
    with SortedRuns() as runs:
        staged = stage(
            sheet, runs, recorded_by=order.recorded_by, mapping=order.columns, zone=order.zone,
            seen=lambda rows: progress("read", rows, None),
        )  # fmt: skip
        pack, published = _rules(engine, store, order)
        code, title = name_of(order)
        report = ImportReport(code, order.scheme, staged.problems, rows=staged.rows, published=published)
        engine.submit(Submission(OpenImport(code, title), order.principal, f"{code}:open:{time.time_ns()}")).expect()
        with store.reading() as connection:
            opened_at = import_opened_at(connection, code)
        assert opened_at is not None, "the import was opened just now"
        run = _Run(engine, order, f"{code}:{_stamp(opened_at)}", report, progress)
        run.register(staged, pack)
        run.record(staged)
    report.seconds = time.monotonic() - began
    return report


def name_of(order: ImportOrder) -> tuple[str, str]:
    """An import's code and title: both follow from the content, so that the same file again is recognised."""
    with order.path.open("rb") as file:
        digest = file_digest(file, "sha256")
    digest.update(repr((order.recorded_by, sorted(order.columns.items()), str(order.zone))).encode())
    return order.name or f"import-{digest.hexdigest()[:12]}", f"sha256 {digest.hexdigest()}"


def _rules(engine: PointsEngine, store: SqlStore, order: ImportOrder) -> tuple[Pack, bool]:
    """The scheme's pack, published now if it was not before."""
    with store.reading() as connection:
        pack = latest_pack(connection, order.scheme)
    if pack is not None:
        return pack, False
    folder = order.pack if order.pack is not None else find_folder(order.scheme, order.rule_folders)
    publish_folder(engine, folder, order.principal)
    with store.reading() as connection:
        pack = latest_pack(connection, order.scheme)
    if pack is None:
        raise BadInput(
            f"{folder} 不是账套 {order.scheme} 的规则包",
            f"{folder} does not hold the rules of the scheme {order.scheme}",
        )
    return pack, True


def _stamp(opened_at: datetime) -> str:
    """Which opening of an import a key belongs to: an import that was undone and opened again is recorded anew."""
    return f"{opened_at:%Y%m%d%H%M%S%f}"


@dataclass(slots=True)
class _Run:
    """One import on its way into the books."""

    engine: PointsEngine
    order: ImportOrder
    key: str
    report: ImportReport
    progress: Progress

    def register(self, staged: Staged, pack: Pack) -> None:
        """Register the unit, the volunteers and the activities; those that are there stay as they are."""
        host = self.order.host or self.order.scheme
        wanted: list[Command] = []
        if not self.order.host:
            wanted.append(RegisterUnit(host, "community_online", pack.issuer.zh, pack.issuer.en))
        for number, first in sorted(staged.volunteers.items(), key=lambda each: (each[1], each[0])):
            joined_on = moment(first).astimezone(pack.zone).date()
            wanted.append(RegisterVolunteer(number, number, joined_on, home_unit=host))
        for activity, (category, name) in sorted(staged.activities.items()):
            wanted.append(RegisterActivity(activity, name, activity_code(category), host))
        done = 0
        for some in in_slices(wanted, IMPORT_SLICE_COMMANDS):
            slice_ = [Submission(each, self.order.principal, f"{self.key}:{_named(each)}") for each in some]
            for each, outcome in zip(some, steadily(self.engine, slice_), strict=True):
                self._registered(each, outcome)
            done += len(some)
            self.progress("register", done, len(wanted))

    def _registered(self, command: Command, outcome: Outcome) -> None:
        if outcome.error is not None:
            if outcome.error.code != "already_exists":  # there already, with more to say than a log knows
                raise outcome.error
        elif outcome.result.get("created") and not outcome.replayed:
            self.report.volunteers += isinstance(command, RegisterVolunteer)
            self.report.activities += isinstance(command, RegisterActivity)

    def record(self, staged: Staged) -> None:
        """Record the rows in the order of service, a slice at a time."""
        total, done = staged.runs.count, 0
        pace = Pace()
        for some in pace.slices(staged.records(self.order.recorded_by, self.report.code)):
            began = time.monotonic()
            slice_ = [Submission(record, self.order.principal, f"{self.key}:{line}") for line, record in some]
            for (line, _), outcome in zip(some, steadily(self.engine, slice_), strict=True):
                self._count(line, outcome)
            pace.took(len(some), time.monotonic() - began)
            done += len(some)
            self.progress("record", done, total)

    def _count(self, line: int, outcome: Outcome) -> None:
        report = self.report
        if outcome.error is not None:
            if outcome.error.code == "duplicate_record":
                report.duplicates += 1
            else:
                report.problems.add(RowProblem.of(line, outcome.error))
        elif outcome.replayed:
            report.duplicates += 1
        else:
            report.imported += 1
            report.minutes += outcome.result["minutes"]
            for scheme, amount in outcome.result["awarded"].items():
                report.points[scheme] = report.points.get(scheme, 0) + amount


def _named(command: Command) -> str:
    code: str = command.number if isinstance(command, RegisterVolunteer) else command.code
    return f"{type(command).__name__}:{sha256(code.encode()).hexdigest()[:24]}"


def in_slices(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of `size`, without holding them all."""
    each = iter(items)
    while some := list(islice(each, size)):
        yield some


def steadily(engine: PointsEngine, submissions: Sequence[Submission]) -> list[Outcome]:
    """Outcomes of a slice, faults tried again with the same keys after a pause.

    Raises: StoreFault, if the whole slice still cannot be finished: the store is gone, not one row broken.
    """
    outcomes = engine.execute(submissions)
    for attempt in range(1, FAULT_TRIES):
        faults = [place for place, outcome in enumerate(outcomes) if outcome.status == "fault"]
        if not faults:
            break
        time.sleep(0.1 * 2**attempt)
        for place, outcome in zip(faults, engine.execute([submissions[place] for place in faults]), strict=True):
            outcomes[place] = outcome
    if all(outcome.status == "fault" for outcome in outcomes):
        fault: Any = outcomes[0].error
        assert isinstance(fault, StoreFault), "a fault says what it is"
        raise fault
    return outcomes
