"""The tests, collected once, and run one after another in a child that begins where collecting ended."""

from __future__ import annotations

import functools
import gc
import importlib
import importlib.metadata
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SERVERS: Final = frozenset({"postgres", "postgresql_url", "redis"})
"""Fixtures that start a server: the tests that use them are left out, because every child would start its own."""
FOLDERS: Final = ("ledger", "rulebook", "flow", "stories", "rules", "engine")
"""The folders of tests/ that are asked whether they notice a mutant."""
OURS: Final = ("points_engine.", "tests.")
"""The modules whose caches are emptied before tests run."""
PATIENCE_SECONDS: Final = 10.0
"""How long any test may take, besides ten times what it took without a mutant."""
OPTIONS: Final = (
    "-q", "--capture=sys", "-p", "no:cacheprovider", "-p", "no:warnings", "-o", "addopts=--import-mode=importlib",
)  # fmt: skip

Each = Callable[[str, bool, float], None]


class Suite:
    """The collected tests by their ids, and the functions that a mutant may be put into."""

    def __init__(self, root: Path, items: Iterable[pytest.Item], config: pytest.Config) -> None:
        self.config = config
        self.items = {item.nodeid: item for item in items if not _needs_a_server(item)}
        self.functions: dict[str, list[FunctionType]] = {}
        self.caches: list[Any] = []
        gc.collect()
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(f"{root}/"):
                self.functions.setdefault(each.__code__.co_filename, []).append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and each.__module__.startswith(OURS):
                self.caches.append(each)
        gc.freeze()

    def run(self, nodeids: Sequence[str], seconds: dict[str, float], each: Each) -> None:
        """Run tests here; `each` hears of every test whether it passed and how many seconds it took.

        For a child only: caches are emptied, the session's fixtures stay open, and a test that takes far longer than
        its `seconds` ends the process by an alarm.
        """
        for cache in self.caches:
            cache.cache_clear()
        reporter = _Reporter()
        self.config.pluginmanager.register(reporter)
        for at, nodeid in enumerate(nodeids):
            item = self.items[nodeid]
            after = self.items[nodeids[at + 1]] if at + 1 < len(nodeids) else item
            reporter.failed = False
            begun = time.perf_counter()
            signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS + 10 * seconds.get(nodeid, PATIENCE_SECONDS))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            signal.setitimer(signal.ITIMER_REAL, 0)
            each(nodeid, not reporter.failed, time.perf_counter() - begun)


class _Reporter:
    def __init__(self) -> None:
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed


class _Serving:
    """A plugin that hands the collected tests over instead of running them."""

    def __init__(self, root: Path, use: Callable[[Suite], None]) -> None:
        self.root, self.use = root, use

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted(f"{session.testsfailed} errors while collecting")
        self.use(Suite(self.root, session.items, session.config))
        return True


def preload() -> None:
    """Import what every child would import anew, and nothing of ours: pytest's plugins and the large libraries."""
    for plugin in importlib.metadata.entry_points(group="pytest11"):
        if plugin.name != "valkey":
            plugin.load()
    for name in ("alembic", "fastapi", "hypothesis", "openpyxl", "sqlmodel", "typer", "yaml"):
        importlib.import_module(name)


def with_suite(root: Path, files: Sequence[str], modules: Sequence[str], use: Callable[[Suite], None]) -> int:
    """Import `modules`, collect the tests of some files and give them to `use`; answers pytest's exit code."""
    sys.path.insert(0, str(root))
    for module in modules:
        importlib.import_module(module.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    os.chdir(root)
    with tempfile.TemporaryDirectory(prefix="mutation-") as base:
        options = [*OPTIONS, f"--rootdir={root}", f"--basetemp={base}/t"]
        return int(pytest.main([*options, *files], [_Serving(root, use)]))


def _needs_a_server(item: pytest.Item) -> bool:
    return bool(SERVERS.intersection(getattr(item, "fixturenames", ()))) or "postgresql" in item.nodeid
