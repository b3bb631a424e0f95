"""`python -m tests.mutation run|report|list [paths]`: plant mutants, or say what became of them.

    python -m tests.mutation run points_engine/ledger                    every mutant of the ledger
    python -m tests.mutation run points_engine/rulebook --share 0.2      a fifth of them, the same fifth every time
    python -m tests.mutation run points_engine/ledger --again survivors  only those that lived the last time
    python -m tests.mutation report                                      survivors, and the score of every package

Results stay in var/mutation and a run takes up where it stopped. Exit code 1: a mutant lives that nobody explained, or
an explanation names a mutant that is not there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.campaign import Campaign, all_mutations, sampled
from tests.mutation.contexts import digest
from tests.mutation.operators import Mutant, Mutation
from tests.mutation.report import report
from tests.mutation.suite import FOLDERS, ROOT

PACKAGES = ("points_engine/ledger", "points_engine/flow", "points_engine/rulebook")
TESTS = tuple(f"tests/{name}" for name in FOLDERS)


def modules_below(root: Path, paths: Sequence[str]) -> list[str]:
    """The modules of some files and folders, as paths from the root."""
    found: list[str] = []
    for path in paths:
        place = root / path
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        found.extend(str(file.relative_to(root)) for file in files)
    return list(dict.fromkeys(found))


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    top.add_argument("command", choices=("run", "report", "list"))
    top.add_argument("paths", nargs="*", help="files or folders; the three pure packages where none is named")
    top.add_argument("--share", type=float, default=1.0, help="which part of the mutants, 0 to 1")
    top.add_argument("--seed", default="", help="another part of the same size")
    top.add_argument("--again", choices=("survivors", "all"), help="try these once more, whatever is known of them")
    top.add_argument("--budget", type=float, default=12.0, help="seconds of tests that a mutant has to survive")
    top.add_argument("--root", type=Path, default=ROOT, help="another tree than this one")
    top.add_argument("--tests", nargs="+", default=TESTS, help="the folders and files of tests that are asked")
    return top


def due(options: argparse.Namespace, campaign: Campaign, chosen: Sequence[Mutation]) -> list[Mutation]:
    """Which of the chosen mutants are to be tried: by default those of which nothing is known as their module is."""
    known = campaign.results()
    digests = {module: digest(options.root / module) for module in {each.mutant.module for each in chosen}}

    def is_due(mutant: Mutant) -> bool:
        result = known.get(mutant.key)
        if options.again == "survivors":
            return result is not None and result.lives
        return options.again == "all" or result is None or result.digest != digests[mutant.module]

    return [each for each in chosen if is_due(each.mutant)]


def main(arguments: list[str]) -> int:
    """Carry out one command; answers its exit code."""
    options = parser().parse_args(arguments)
    root: Path = options.root
    modules = modules_below(root, options.paths or PACKAGES)
    chosen = sampled(all_mutations(root, modules), options.share, options.seed)
    campaign = Campaign(root, root / "var" / "mutation", options.tests, options.budget)
    if options.command == "list":
        for each in chosen:
            print(each.mutant.key)
        return 0
    if options.command == "run":
        tried = due(options, campaign, chosen)
        print(f"{len(tried)} mutants to try", flush=True)
        if tried:
            sources = sorted({*modules_below(root, PACKAGES), *modules})
            campaign.run(tried, sources, lambda line: print(line, flush=True))
    return report(root, campaign.results(), modules, root / "tests" / "mutation" / "explained.toml")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
