"""Twenty conditions of a pack on one record beside other rule engines; a traced award; loading every pack."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import venv
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.log import RULES
from benchmarks.rules_baseline import ENGINES, Condition, timed
from benchmarks.run import Run
from benchmarks.table import Report, Target
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.lint import lint
from points_engine.rulebook.loading import PACK_FILE, load_pack, pack_from_texts
from points_engine.rulebook.occasions import Occasion, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of
from points_engine.rulebook.plans import plan_of
from points_engine.rulebook.reachability import doubts

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
    pack = _our_pack()
    ours = [next(iter(expressions_of(pack.rules[f"more_{n}"]))) for n in range(CONDITIONS)]
    together = _our_gate(pack)
    mine: list[float] = []
    alone: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in ENGINES}
    notes: dict[str, str] = {}
    for _ in range(run.effort.rounds):
        mine.append(timed([together], OURS, seconds))
        alone.append(timed(ours, OURS, seconds))
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
    report.add(
        f"{CONDITIONS} conditions, one after another", 1e6 / median(alone), "records/s", baseline="all in one function",
        beside=rate,
    )  # fmt: skip
    traced = timed([_award()], None, seconds)
    report.add(
        "the traced award of one record", traced, "µs", baseline="the conditions alone", beside=median(mine),
        target=Target("<=", 100, "value"),
    )  # fmt: skip
    report.add("loading and checking all packs", _loading(), "s", target=Target("<=", 1, "value"))
    return report


def _our_gate(pack: Pack) -> Condition:
    """The conditions of the pack's awards as the fold asks them: all together."""
    gate = plan_of(pack).gates["record"]
    assert gate.asked(OURS) == (True,) * CONDITIONS, "ours answers something else"
    return gate.asked


def _our_pack() -> Pack:
    """A pack of twenty rules."""
    rules = "- parameter: points_per_hour\n  cite: benchmark\n  measured_in: points\n  values: {2019-07-01: 1}\n"
    for n in range(CONDITIONS):
        rules += (
            f"- award: more_{n}\n  cite: benchmark\n  at: record\n  when:\n"
            f"    - record.minutes >= {n * 7 + 1} min and activity.category == 'culture' and"
            " record.recorded_by in ['kiosk', 'self_located']\n  per: hour\n  amount: points_per_hour\n"
        )
    head = (RULES / SCHEME / PACK_FILE).read_text(encoding="utf-8")
    return pack_from_texts({PACK_FILE: head, "rules.yaml": rules + "- expiry: never\n  ends: never\n"})


def _their_time(engine: str, seconds: float) -> float:
    conditions = [
        f"minutes >= {n * 7 + 1} && category == 'culture' && (by == 'kiosk' || by == 'self_located')"
        for n in range(CONDITIONS)
    ]
    asked = json.dumps({"conditions": conditions, "facts": FACTS, "seconds": seconds})
    command = [str(_interpreter()), "-P", str(_SCRIPT), engine]
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
    began = time.process_time()
    for path in sorted(RULES.glob("*/pack.yaml")):
        pack = load_pack(path.parent)
        lint(pack)
        doubts(pack)
    return time.process_time() - began
