"""Every benchmark runs and prints its table. What they measure is not asserted: a test is no place for a stopwatch."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import __main__ as command
from benchmarks import filling, results, rules
from benchmarks.baselines import hordak
from benchmarks.effort import TINY
from benchmarks.places import NAMES, Dialect, Places
from benchmarks.table import Curve, Report, Row, Target
from benchmarks.town import founded
from points_engine.store.audit import audit
from tests.servers import PostgresServer


@pytest.fixture
def at(postgres: PostgresServer, tmp_path: Path) -> Places:
    return Places(postgres, tmp_path)


@pytest.fixture
def _here(at: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks run on the server of the tests, and without environments whose making takes the network."""

    @contextmanager
    def places() -> Iterator[Places]:
        yield at

    def unavailable(url: str) -> None:
        raise hordak.HordakUnavailable("not in tests")

    monkeypatch.setattr(command, "places", places)

    def unreachable(engine: str, seconds: float) -> float:
        raise OSError(f"{engine} is not in tests")

    monkeypatch.setattr(hordak, "prepare", unavailable)
    monkeypatch.setattr(rules, "_their_time", unreachable)


@pytest.mark.slow
@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("name", list(command.BENCHMARKS))
def test_a_benchmark_prints_its_table(name: str, tmp_path: Path) -> None:
    told, kept = io.StringIO(), tmp_path / "found.json"
    console = Console(file=told, width=160)
    assert command.main([name, "--tiny", "--json", str(kept)], console) == 0
    (found,) = json.loads(kept.read_text())["benchmarks"]
    assert found["title"] in told.getvalue()
    assert found["rows"]
    assert all(row["value"] > 0 for row in found["rows"])
    assert any(row["ratio"] for row in found["rows"])


def test_an_unknown_benchmark_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["speed"])
    assert "no benchmark speed" in capsys.readouterr().err


@pytest.mark.parametrize("dialect", list(NAMES))
def test_filled_books_are_sound(at: Places, dialect: Dialect) -> None:
    with at.books(dialect) as store:
        founded(store, 0)
        filling.fill(store, volunteers=3)
        report = audit(store)
    assert report.is_sound, "\n".join(map(str, report.findings))


def test_a_missed_target_is_said() -> None:
    report = Report("x", "X")
    report.add("slow", 1.0, "/s", baseline="fast", beside=2.0, target=Target(">=", 0.8))
    report.add("quick", 5.0, "ms", target=Target("<=", 100, "value"))
    assert [row.verdict for row in report.rows] == ["missed", "met"]
    assert [row.what for row in report.missed] == ["slow"]


def test_a_target_without_its_baseline_is_neither_met_nor_missed() -> None:
    assert Row("x", 1.0, "/s", baseline="hordak", beside=None, target=Target(">=", 10)).verdict == ""


def test_results_are_kept_with_charts(tmp_path: Path) -> None:
    report = Report("x", "X")
    report.add("slow", 1.0, "/s", baseline="fast", beside=2.0)
    report.curves.append(Curve("callers", "callers at once", "commands/s", "SQLite", {1: 100.0, 64: 4_000.0}))
    results.store(report, TINY, {"cpu": "any"}, tmp_path)
    results.store_targets([report], TINY, {"cpu": "any"}, tmp_path)
    assert json.loads((tmp_path / "targets.json").read_text())["targets"] == []
    kept = json.loads((tmp_path / "x.json").read_text())
    assert kept["benchmarks"][0]["rows"][0]["ratio"] == 0.5
    for chart in ("x.svg", "x-callers.svg"):
        assert "<svg" in (tmp_path / chart).read_text()
