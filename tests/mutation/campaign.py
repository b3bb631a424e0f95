"""A campaign: every chosen mutant is planted in a child of its own, and the tests that run its line are asked."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.mutation.children import Tell, in_child
from tests.mutation.contexts import Contexts, digest, trace
from tests.mutation.operators import MODULE, Mutant, Mutation, mutations_of
from tests.mutation.planting import import_instead, is_quick, plant
from tests.mutation.suite import Suite, preload, with_suite

TELLING_EVERY: Final = 250
"""After how many traced tests what is known is kept and told."""
NEAR: Final = {
    "ledger": ("tests/ledger/",),
    "rulebook": ("tests/rulebook/",),
    "flow": ("tests/flow/", "tests/engine/"),
}
"""Where the tests of a package stand: they are asked before those that only pass through it."""
WORTH_PRELOADING: Final = 2
"""Up to how many mutants that import everything anew do so without help."""
TRACING_SECONDS: Final = 3600.0
"""How long tracing may take, and a server of quick mutants between two answers."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: `killed` by a test, `timeout`, `survived` so many tests, or `untouched` by any."""

    mutant: Mutant
    outcome: str
    by: str
    tests: int
    digest: str

    @property
    def lives(self) -> bool:
        """Whether no test noticed it."""
        return self.outcome in ("survived", "untouched")


@dataclass(slots=True)
class Campaign:
    """Where everything is: the tree, the tests that are asked, and the folder that results are kept in."""

    root: Path
    kept: Path
    tests: Sequence[str]
    budget_seconds: float = 12.0
    killers: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def results_path(self) -> Path:
        """The file of results, a line each; the last line about a mutant counts."""
        return self.kept / "results.jsonl"

    def results(self) -> dict[str, Result]:
        """What is known of mutants, by their keys."""
        found = {}
        if self.results_path.exists():
            for line in self.results_path.read_text().splitlines():
                row = json.loads(line)
                result = Result(Mutant(**row.pop("mutant")), **row)
                found[result.mutant.key] = result
        return found

    def run(self, chosen: Sequence[Mutation], sources: Sequence[str], say: Any) -> None:
        """Trace what must be traced, then try every chosen mutant; results are kept as they come."""
        self.kept.mkdir(parents=True, exist_ok=True)
        for known in self.results().values():
            if known.outcome == "killed" and "::" in known.by:
                self.killers.setdefault(known.mutant.module, Counter())[known.by] += 1
        contexts = Contexts.read(self.kept / "contexts.json")
        contexts.forget_what_changed(self.root, sources)
        quick = [each for each in chosen if is_quick(each.mutant.scope)]
        slow = [each for each in chosen if not is_quick(each.mutant.scope)]
        left = {each.mutant.key: each for each in quick}

        def serve(tell: Tell) -> None:
            code = with_suite(
                self.root, self.tests, sources, lambda suite: self._serve(suite, contexts, quick, sources, tell)
            )
            if code:
                raise RuntimeError(f"the tests cannot be collected: pytest ended with {code}")

        def hear(told: Any) -> None:
            if "traced" in told:
                say(f"traced {told['traced']} tests")
            else:
                mutation = left.pop(told["key"])
                if told["outcome"] == "elsewhere":
                    slow.append(mutation)
                else:
                    self._keep(mutation.mutant, told, say)

        if in_child(serve, TRACING_SECONDS + 60 * len(quick), hear, self.kept / "server.log") != "done":
            raise RuntimeError(f"the tests could not be served; see {self.kept / 'server.log'}")
        contexts = Contexts.read(self.kept / "contexts.json")
        if len(slow) > WORTH_PRELOADING:
            preload()
        for mutation in slow:
            self._keep(mutation.mutant, self._try_afresh(mutation, contexts), say)

    def _serve(
        self, suite: Suite, contexts: Contexts, quick: Sequence[Mutation], sources: Sequence[str], tell: Tell
    ) -> None:
        wanted = [nodeid for nodeid in suite.items if nodeid not in contexts.tests]

        def learn(told: Any) -> None:
            nodeid, passed, seconds, lines = told
            contexts.tests[nodeid] = (passed, seconds, lines)
            if len(contexts.tests) % TELLING_EVERY == 0:
                contexts.write(self.root, sources)
                tell({"traced": len(contexts.tests)})

        while wanted:
            tracing = partial(trace, suite, self.root, sources, wanted)
            ended = in_child(tracing, TRACING_SECONDS, learn)
            wanted = [nodeid for nodeid in wanted if nodeid not in contexts.tests]
            if ended != "done" and wanted:
                contexts.tests[wanted.pop(0)] = (False, 0.0, {})
        contexts.tests = {nodeid: kept for nodeid, kept in contexts.tests.items() if nodeid in suite.items}
        contexts.write(self.root, sources)
        for mutation in quick:
            tell({"key": mutation.mutant.key, **self._try_here(suite, mutation, contexts)})

    def _try_here(self, suite: Suite, mutation: Mutation, contexts: Contexts) -> dict[str, Any]:
        """Plant a mutant into the living functions of a child."""
        mutant = mutation.mutant
        file = str(self.root / mutant.module)
        tests = self.tests_for(mutation, contexts)
        if not tests:
            return {"outcome": "untouched", "by": "", "tests": 0}

        def work(tell: Tell) -> None:
            if not plant(suite.functions.get(file, ()), mutation.code(file), mutant.scope):
                tell("elsewhere")
                return
            suite.run(list(tests), tests, lambda nodeid, passed, seconds: _judge(tell, nodeid, passed))

        return self._watched(work, mutant, tests)

    def _try_afresh(self, mutation: Mutation, contexts: Contexts) -> dict[str, Any]:
        """Import everything anew in a child, the changed module in place of its own."""
        mutant = mutation.mutant
        file = str(self.root / mutant.module)
        tests = self.tests_for(mutation, contexts)
        if not tests:
            return {"outcome": "untouched", "by": "", "tests": 0}

        def work(tell: Tell) -> None:
            import_instead(file, mutation.code(file))
            files = list(dict.fromkeys(nodeid.partition("::")[0] for nodeid in tests))
            with_suite(
                self.root, files, (), lambda suite: suite.run(
                    [nodeid for nodeid in tests if nodeid in suite.items], tests,
                    lambda nodeid, passed, seconds: _judge(tell, nodeid, passed),
                )
            )  # fmt: skip

        return self._watched(work, mutant, tests)

    def _watched(self, work: Any, mutant: Mutant, tests: dict[str, float]) -> dict[str, Any]:
        heard: list[Any] = []
        ended = in_child(work, 60 + 12 * sum(tests.values()), heard.append)
        if heard[:1] == ["elsewhere"]:
            return {"outcome": "elsewhere"}
        failed = [nodeid for nodeid, passed in heard if not passed]
        if failed:
            self.killers.setdefault(mutant.module, Counter())[failed[0]] += 1
            return {"outcome": "killed", "by": failed[0], "tests": len(heard)}
        if ended != "done" or not heard:
            return {"outcome": "timeout" if ended == "timeout" else "killed", "by": ended, "tests": len(heard)}
        return {"outcome": "survived", "by": "", "tests": len(heard)}

    def tests_for(self, mutation: Mutation, contexts: Contexts) -> dict[str, float]:
        """The tests to ask, with their seconds: earlier killers, the module's own tests, those of its package, others.

        They are those that run the mutant's line, or, where none was seen to, its function; as many as the budget of
        seconds allows, and one at least.  Of a test with many cases one is asked in each round, so that many different
        tests come early.
        """
        mutant = mutation.mutant
        own = f"test_{Path(mutant.module).name}"
        within = range(mutation.span[0], mutation.span[1] + 1)
        lines = within if mutant.scope == MODULE else [mutant.line]
        touching = contexts.touching(mutant.module, lines) or contexts.touching(mutant.module, within)
        if mutant.scope == MODULE:  # a test may read a constant and run no line of the module
            touching |= contexts.of_file(own)
        killers = self.killers.get(mutant.module, Counter())
        near = NEAR.get(mutant.module.rpartition("points_engine/")[2].partition("/")[0], ())
        cases: Counter[str] = Counter()
        round_of = {}
        for nodeid in sorted(touching, key=lambda each: touching[each]):
            test = nodeid.partition("[")[0]
            round_of[nodeid] = cases[test]
            cases[test] += 1

        def order(nodeid: str) -> tuple[int, bool, bool, int, float]:
            file = nodeid.partition("::")[0]
            return (
                -killers[nodeid],
                not file.endswith(own),
                not file.startswith(near),
                round_of[nodeid],
                touching[nodeid],
            )

        found: dict[str, float] = {}
        for nodeid in sorted(touching, key=order):
            if found and sum(found.values()) + touching[nodeid] > self.budget_seconds:
                continue
            found[nodeid] = touching[nodeid]
        return found

    def _keep(self, mutant: Mutant, told: dict[str, Any], say: Any) -> None:
        result = Result(mutant, told["outcome"], told["by"], told["tests"], digest(self.root / mutant.module))
        fields = {name: getattr(mutant, name) for name in mutant.__slots__}
        row = {
            "mutant": fields, "outcome": result.outcome, "by": result.by, "tests": result.tests, "digest": result.digest
        }  # fmt: skip
        with self.results_path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        place = f"{mutant.module}:{mutant.line} {mutant.scope}"
        say(f"{time.strftime('%H:%M:%S')} {result.outcome:9} {place}: {mutant.mutation}")


def _judge(tell: Tell, nodeid: str, passed: bool) -> None:
    """Tell of a test; the first that fails ends the child, because the mutant is dead."""
    tell([nodeid, passed])
    if not passed:
        raise SystemExit


def sampled(found: Iterable[Mutation], share: float, seed: str) -> list[Mutation]:
    """A share of mutations, chosen by their keys: the same ones every time, however the lines move."""
    return [each for each in found if _fraction(seed + each.mutant.key) < share]


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def all_mutations(root: Path, modules: Sequence[str]) -> list[Mutation]:
    """Every mutation of some modules."""
    return [each for module in modules for each in mutations_of(root, module)]
