"""Playing a story: every act through the engine on a fresh store, every expectation compared, the books audited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from points_engine.errors import EngineError, Refusal, StoreFault
from points_engine.rulebook.edges import EdgeWatch, Shown
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.watching import watched
from points_engine.store import SqlStore, open_store
from points_engine.store.audit import audit
from points_engine.stories import acts, acts_counter, acts_scarce, acts_service
from points_engine.stories.books import Books, Hold, TierHeld
from points_engine.stories.claims import refusal
from points_engine.stories.coverage import edges_shown, exercised_by
from points_engine.stories.notation import MOST_ACTS
from points_engine.stories.pages import Act, Repeat, Story
from points_engine.stories.questions import QUESTIONS, told_about
from points_engine.stories.reports import Finding, StoryReport
from points_engine.stories.shelves import packs_of
from points_engine.stories.stage import Stage, Unplayable

PLAYS: Final[Mapping[str, acts.Play]] = {**acts.PLAYS, **acts_service.PLAYS, **acts_counter.PLAYS, **acts_scarce.PLAYS}

FINDINGS_SHOWN: Final = 20
"""Findings of one story that are reported: what goes wrong once often goes wrong in every round of a repeat."""

BEFORE_THE_DAY: Final = frozenset({"day"})


def run(
    story: Story,
    store_url: str = "sqlite://",
    *,
    packs: Mapping[str, Pack] | None = None,
    rules: Path = Path("rules"),
    stage_of: Callable[[SqlStore, Mapping[str, Pack]], Stage] = Stage,
) -> StoryReport:
    """Play a story on the empty database of `store_url`, and audit the books at the end.

    `packs` are the packs by the name that the story uses; without them they are read from folders below `rules`.
    `stage_of` makes the stage: what its acts go through.
    Raises: PackProblems for a pack that cannot be loaded, StoreFault for a database that cannot be opened or
    is in use.
    """
    known = packs_of(story, rules) if packs is None else packs
    watch = EdgeWatch(known[name] for name in story.packs)
    store = open_store(store_url, create=True)
    try:
        if not Books(store).are_empty():
            raise StoreFault(what="a story is played on an empty database, and this one is in use")
        stage = stage_of(store, {name: known[name] for name in story.packs})
        try:
            with watched(watch):
                return _played(story, stage, store, watch)
        finally:
            stage.close()
    finally:
        store.close()


def _played(story: Story, stage: Stage, store: SqlStore, watch: EdgeWatch) -> StoryReport:
    findings: list[Finding] = []
    status = "PASS"
    count = 0
    for act in _in_order(story, stage):
        count += 1
        try:
            if count > MOST_ACTS:
                raise Unplayable(f"a story plays at most {MOST_ACTS} acts")
            finding = _play(act, stage)
        except (Unplayable, EngineError) as impossible:
            findings.append(Finding(act.spot, act.source, act.expected or "ok", f"cannot be played: {impossible}"))
            status = "ERROR"
            break
        if finding is not None:
            findings.append(finding)
            status = "FAIL"
    broken = audit(store).findings
    if broken:
        status = "FAIL" if status == "PASS" else status
        findings += [Finding(story.spot, story.title, "the audit is green", str(each)) for each in broken]
    report = StoryReport(story.spot, story.title, status, tuple(findings[:FINDINGS_SHOWN]), count)  # type: ignore[arg-type]
    return _with_coverage(report, stage, watch)


def _in_order(story: Story, stage: Stage) -> Iterator[Act]:
    for item in story.acts:
        if isinstance(item, Act):
            yield item
            continue
        for number in range(item.times):
            if number and item.days:
                yield _next_day(item)
            yield from item.acts


def _next_day(block: Repeat) -> Act:
    return Act(block.spot, "day", {"day": "+", "days": block.days}, source=f"day + {block.days}")


def _play(act: Act, stage: Stage) -> Finding | None:
    """Play one line; None where it went as expected."""
    if stage.clock.now is None and act.name not in BEFORE_THE_DAY:
        raise Unplayable("the story has not named its day; begin with 'day 2026-03-01'")
    question = QUESTIONS.get(act.name)
    if question is not None:
        asked = question(act, stage)
        return None if asked.holds else Finding(act.spot, act.source, asked.expected, asked.found)
    try:
        answer = PLAYS[act.name](act, stage)
    except Refusal as malformed:  # the command could not even be written down
        answer = refusal(malformed)
    if answer.agrees(act.expected):
        return None
    why = [answer.sentence] if answer.sentence else []
    if answer.about:
        why += told_about(stage, answer.about)
    return Finding(act.spot, act.source, act.expected or "ok", answer.text, tuple(why))


def _with_coverage(report: StoryReport, stage: Stage, watch: EdgeWatch) -> StoryReport:
    if stage.clock.now is None:
        return report
    traces = [row.content for row in stage.books.traces()]
    traces += [row.trace for row in stage.books.rows(Hold)]
    tiers = {row.tier for row in stage.books.rows(TierHeld)}
    refusals = {*stage.known.refusals, *tiers}
    moved = stage.books.parts_moved()
    known = stage.known
    exercised: set[str] = set()
    shown: dict[str, frozenset[Shown]] = {}
    for pack in stage.packs.values():
        exercised |= exercised_by(pack, traces, refusals, moved)
        found = edges_shown(pack, traces, known.compared, known.limited, moved)
        shown[pack.scheme] = shown.get(pack.scheme, frozenset()) | found | watch.shown[pack.scheme]
    return replace(report, exercised=frozenset(exercised), shown=shown)
