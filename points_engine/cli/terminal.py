"""The terminal: what a command reads of its surroundings and how it answers, in words or as one JSON document."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

from points_engine.errors import StoreFault

if TYPE_CHECKING:
    from points_engine.engine import PointsEngine
    from points_engine.interchange.imports import Progress
    from points_engine.settings import Settings
    from points_engine.store import SqlStore

WIDTH: Final = 160
"""columns of output that goes to a file or a pipe: wide enough that no table loses a column."""

STAGES: Final[Mapping[str, tuple[str, str]]] = {
    "read": ("读取", "reading"),
    "register": ("登记", "registering"),
    "record": ("入账", "recording"),
    "reverse": ("冲正", "reversing"),
    "write": ("写出", "writing"),
    "check": ("稽核", "checking"),
    "save": ("备份", "saving"),
    "verify": ("核验", "verifying"),
    "load": ("恢复", "loading"),
}


class Terminal:
    """One run of one command."""

    def __init__(self, settings: Settings, *, language: str, as_json: bool, principal: str) -> None:
        self.settings = settings
        self.language = language
        self.as_json = as_json
        self.principal = principal
        self._out = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False, soft_wrap=False)
        self._error = Console(stderr=True, highlight=False)

    # ---- words -----------------------------------------------------------------------------------------------

    def say(self, zh: str, en: str) -> str:
        """The one of two texts that is in the language of the terminal."""
        return zh if self.language == "zh" else en

    def show(self, document: Mapping[str, Any] | Sequence[Any], *parts: str | Table) -> None:
        """Answer: the document as JSON, or else the parts, one below the other."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=plain) + "\n")
            return
        for part in parts:
            self._out.print(part, markup=False, soft_wrap=isinstance(part, str))

    def table(self, *columns: str, right: Sequence[str] = ()) -> Table:
        """An empty table; columns named in `right` are numbers."""
        made = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            made.add_column(column, justify="right" if column in right else "left", overflow="fold")
        return made

    def complain(self, code: str, sentence: str) -> None:
        """Say what is wrong, on stderr, as `code: sentence`."""
        self._error.print(f"{code}: {sentence}", markup=False, soft_wrap=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A bar on stderr while long work goes on, if that is a terminal; else nothing."""
        if not sys.stderr.isatty():
            yield lambda stage, done, total: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._error, transient=True) as bar:
            tasks: dict[str, Any] = {}

            def tell(stage: str, done: int, total: int | None) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(self.say(*STAGES.get(stage, (stage, stage))), total=total)
                bar.update(tasks[stage], completed=done, total=total)

            yield tell

    # ---- the books -------------------------------------------------------------------------------------------

    @contextmanager
    def books(self, *, create: bool = False) -> Iterator[tuple[PointsEngine, SqlStore]]:
        """The engine and its store, closed afterwards.

        Raises: StoreFault.
        """
        from points_engine.settings import open_engine
        from points_engine.store import SqlStore

        engine = open_engine(self.settings, create=create)
        try:
            assert isinstance(engine.store, SqlStore), "settings open a store of ours"
            yield engine, engine.store
        finally:
            engine.store.close()

    def submit(self, command: Any, key: str | None = None) -> Mapping[str, Any]:
        """Execute one command under a key (a new one if none is given) and answer its result.

        Raises: the refusal or fault that it meets.
        """
        from points_engine.flow.outcomes import Submission

        with self.books() as (engine, _):
            return engine.submit(Submission(command, self.principal, key or fresh_key(), is_staff=True)).expect()


def fresh_key() -> str:
    """An idempotency key that nobody else has."""
    return f"cli-{secrets.token_hex(12)}"


def plain(value: object) -> object:
    """A value as JSON knows it: times and days as ISO 8601, rows as objects."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)


def no_books(fault: StoreFault) -> str:
    """What a fault says of itself, without the advice to try again where that does not help."""
    return str(fault.facts.get("what", ""))
