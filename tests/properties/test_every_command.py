"""Every command in any order, on both databases with the same seeds, is told what a small independent model says.

A failure of the machine is made small and printed as a program; a failure of a walk names its seed and step.
"""

from __future__ import annotations

import ast
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from points_engine.flow.steps import STEPS
from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests import model
from tests.model.model import ACTS
from tests.model.voices import WORDS
from tests.properties.machine import Everything
from tests.properties.walks import Walk
from tests.servers import PostgresServer

SEED: Final = 20260302
COMMANDS_AT_MOST: Final = 40
RUNS: Final = {"sqlite": 25, "postgresql": 6}
STEPS_OF_A_WALK: Final = 240
WALKS: Final = (1, 2, 3)
"""The seeds of walks that tests/engine/test_walks.py takes on SQLite."""

ELSEWHERE: Final = dict.fromkeys(
    ("draw_sample", "lay_out_sample", "mark_sampled", "sign_sample", "erase_note"),
    "reads the journal and moves nothing in the books: tests/api/test_samples.py",
)
"""Commands that the machine does not ask: the reason, and the test that covers them."""

GLUE: Final = frozenset({"crowd", "mirror", "voices"})
"""Parts of the model's folder that know the engine, and predict nothing."""

pytestmark = pytest.mark.slow


def test_every_command_is_asked_and_predicted() -> None:
    words = {step.name for step in STEPS}
    assert not set(ACTS) & set(ELSEWHERE)
    assert set(ACTS) | set(ELSEWHERE) == words, "a new command needs its prediction, or a reason"
    assert {name for name in words if hasattr(Everything, name)} == set(ACTS), "what is predicted is asked"
    assert set(WORDS) == set(ACTS), "on walks too"
    for reason in ELSEWHERE.values():
        assert (Path(__file__).parents[2] / reason.rpartition(" ")[2]).is_file(), reason


def test_the_model_shares_no_code_with_the_engine() -> None:
    """Only what stands an engine beside the model, and what fills in the fields of commands, knows the engine."""
    for path in Path(model.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.stem not in GLUE else ():
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not any(each.startswith("points_engine") for each in modules), f"{path}: {modules}"


@pytest.fixture(scope="module")
def template(postgres: PostgresServer) -> Iterator[str]:
    """Give the name of a database with the schema, to be copied for every run."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    open_store(postgres.create_database(name), create=True).close()
    yield name
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest) -> Any:
    """Give a class that opens and closes empty books, on one database after the other."""
    if request.param == "sqlite":
        return request.param, OnSqlite
    server, copied = request.getfixturevalue("postgres"), request.getfixturevalue("template")

    class OnPostgresql(Opening):
        def opened(self) -> SqlStore:
            self.name = f"run_{uuid.uuid4().hex[:12]}"
            return open_store(server.create_database(self.name, template=copied))

        def closed(self, store: SqlStore) -> None:
            store.close()
            server.drop_database(self.name)

    return request.param, OnPostgresql


class Opening:
    """Opens empty books, and closes them."""

    def opened(self) -> SqlStore:
        """A store whose books are empty."""
        raise NotImplementedError

    def closed(self, store: SqlStore) -> None:
        """Let the store go."""
        store.close()


class OnSqlite(Opening):
    """Books in memory."""

    def opened(self) -> SqlStore:
        """A store whose books are empty."""
        return open_store("sqlite://", create=True)


def test_any_program_of_commands_is_told_what_the_model_says(books: Any) -> None:
    database, opening = books
    seen: Counter[str] = Counter()
    machine = type("Program", (opening, Everything), {"seen": seen})
    run_state_machine_as_test(
        seed(SEED)(machine),
        settings=settings(
            max_examples=RUNS[database],
            stateful_step_count=COMMANDS_AT_MOST,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            print_blob=True,
        ),
    )
    assert sum(seen.values()) > 10 * RUNS[database]


def test_the_same_walks_are_told_the_same_on_postgresql(postgres: PostgresServer, template: str) -> None:
    for number in WALKS:
        name = f"walk_{uuid.uuid4().hex[:12]}"
        walk = Walk(open_store(postgres.create_database(name, template=template)), number)
        walk.go(STEPS_OF_A_WALK)
        walk.mirror.store.close()
        postgres.drop_database(name)
