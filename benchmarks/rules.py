"""Twenty conditions of a pack on one record beside other rule engines; a traced award; loading every pack."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import venv
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.log import RULES
from benchmarks.rules_baseline import ENGINES, timed
from benchmarks.run import Run
from benchmarks.table import Report, Target
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.lint import lint
from points_engine.rulebook.loading import load_pack
from points_engine.rulebook.occasions import Occasion, Subject
from points_engine.rulebook.parts import expressions_of

CONDITIONS: Final = 20
SCHEME: Final = "guangzhou-time-bank"
FACTS: Final = {"minutes": 150, "category": "culture", "by": "kiosk"}
OURS: Final = {"record.minutes": 150, "activity.category": "culture", "record.recorded_by": "kiosk"}

_REQUIREMENTS: Final = Path(__file__).parent / "requirements-rules.txt"
_SCRIPT: Final = Path(__file__).parent / "rules_baseline.py"


def measure(run: Run) -> Report:
    """All of it; ours and theirs take turns."""
    report = Report("rules", "Rules")
    seconds = min(1.0, run.effort.seconds)
    ours = _our_conditions()
    mine: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in ENGINES}
    notes: dict[str, str] = {}
    for _ in range(run.effort.rounds):
        mine.append(timed(ours, OURS, seconds))
        for name, found in theirs.items():
            try:
                found.append(_their_time(name, seconds))
            except (OSError, subprocess.CalledProcessError) as unavailable:
                notes[name] = f"not measured: {type(unavailable).__name__}"
    rate = 1e6 / median(mine)
    for name, found in theirs.items():
        report.add(
            f"{CONDITIONS} conditions, untraced", rate, "records/s", baseline=name, target=Target(">=", 10),
            beside=1e6 / median(found) if found else None, note=notes.get(name, ""),
        )  # fmt: skip
    traced = timed([_award()], None, seconds)
    report.add(
        "the traced award of one record", traced, "µs", baseline="the conditions alone", beside=median(mine),
        target=Target("<=", 100, "value"),
    )  # fmt: skip
    report.add("loading and checking all packs", _loading(), "s", target=Target("<=", 1, "value"))
    return report


def _our_conditions() -> list[Any]:
    text = (RULES / SCHEME / "earning.yaml").read_text(encoding="utf-8")
    for n in range(CONDITIONS):
        text += (
            f"\n- award: more_{n}\n  title: {{zh: 加分, en: More}}\n  cite: benchmark\n  at: record\n  when:\n"
            f"    - record.minutes >= {n * 7 + 1} min and activity.category == 'culture' and"
            " record.recorded_by in ['kiosk', 'self_located']\n  per: hour\n  amount: points_per_hour\n"
        )
    with tempfile.TemporaryDirectory(prefix="points-bench-") as folder:
        for path in (RULES / SCHEME).glob("*.yaml"):
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        (Path(folder) / "earning.yaml").write_text(text, encoding="utf-8")
        pack = load_pack(Path(folder))
    return [next(iter(expressions_of(pack.rules[f"more_{n}"]))) for n in range(CONDITIONS)]


def _their_time(engine: str, seconds: float) -> float:
    conditions = [
        f"minutes >= {n * 7 + 1} && category == 'culture' && (by == 'kiosk' || by == 'self_located')"
        for n in range(CONDITIONS)
    ]
    asked = json.dumps({"conditions": conditions, "facts": FACTS, "seconds": seconds})
    command = [str(_interpreter()), str(_SCRIPT), engine]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["answers"] == [True] * CONDITIONS, f"{engine} answers something else"
    return float(told["micros"])


def _interpreter() -> Path:
    mark = sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = _REQUIREMENTS.parent.parent / "var" / "benchmarks" / f"rules-{mark}"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    finished = folder / "finished"
    if not finished.exists():
        venv.create(folder, with_pip=True, clear=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(_REQUIREMENTS)]
        subprocess.run([str(python), *install], check=True, capture_output=True)
        finished.touch()
    return python


def _award() -> Any:
    pack = load_pack(RULES / SCHEME)
    start, day = datetime(2026, 3, 2, 1, tzinfo=UTC), date(2026, 3, 2)
    facts = {"record.recorded_by": "kiosk", "activity.category": "culture"}
    granted = frozenset({"steward"})
    occasion = Occasion("r", "record", start, start + timedelta(minutes=150), 150, facts, day, granted)
    history, subject = RuleHistory(((pack.effective_on, pack),)), Subject("mei", {}, date(1950, 1, 1))
    assert fold(history, subject, (occasion,)).credits[0].points, "the award is one that pays"
    return lambda _: fold(history, subject, (occasion,))


def _loading() -> float:
    began = time.perf_counter()
    for path in sorted(RULES.glob("*/pack.yaml")):
        lint(load_pack(path.parent))
    return time.perf_counter() - began
