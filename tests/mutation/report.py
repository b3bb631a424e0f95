"""What became of the mutants: the survivors with their lines, and the score of every package."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutation.campaign import Result, all_mutations


def explanations(path: Path) -> dict[str, str]:
    """The reasons why mutants may live, by their keys."""
    found = {}
    if path.exists():
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("explained", []):
            for mutation in entry["mutations"]:
                found[f"{entry['module']}::{entry['function']}: {mutation}"] = str(entry["reason"])
    return found


def report(root: Path, results: Mapping[str, Result], modules: Sequence[str], explained_path: Path) -> int:
    """Print survivors that nobody explained, explanations of nothing, and the scores; 1 where there is either."""
    explained = explanations(explained_path)
    there = {each.mutant.key: each.mutant for each in all_mutations(root, modules)}
    alive = [key for key in there if key in results and results[key].lives and key not in explained]
    for key in alive:
        _print_survivor(root, results[key], there[key].line)
    stale = [key for key in explained if key not in there and key.partition("::")[0] in modules]
    for key in stale:
        print(f"explained, but not a mutant: {key}")
    print(f"{'package':34} {'mutants':>8} {'tried':>7} {'killed':>7} {'explained':>10} {'alive':>6} {'score':>7}")
    counts = {package: Counter[str]() for package in dict.fromkeys(str(Path(module).parent) for module in modules)}
    for key, mutant in there.items():
        count = counts[str(Path(mutant.module).parent)]
        count["mutants"] += 1
        if key in results:
            lives = results[key].lives
            count["tried"] += 1
            count["alive" if lives and key not in explained else "explained" if lives else "killed"] += 1
    counts["all"] = sum(counts.values(), Counter())
    for package, count in counts.items():
        _print_score(package, count)
    return 1 if alive or stale else 0


def _print_score(package: str, count: Counter[str]) -> None:
    """The score is killed by tried without those that are explained."""
    meant = count["tried"] - count["explained"]
    score = f"{100 * count['killed'] / meant:.1f} %" if meant else "-"
    print(
        f"{package:34} {count['mutants']:8} {count['tried']:7} {count['killed']:7} {count['explained']:10} "
        f"{count['alive']:6} {score:>7}"
    )


def _print_survivor(root: Path, result: Result, line: int) -> None:
    mutant = result.mutant
    text = (root / mutant.module).read_text(encoding="utf-8").splitlines()[line - 1]
    asked = "no test runs this line" if result.outcome == "untouched" else f"lived through {result.tests} tests"
    print(f"{mutant.module}:{line} {mutant.scope} ({asked})\n    {text.strip()}\n    {mutant.mutation}\n")
