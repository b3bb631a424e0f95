"""The rules over HTTP: a version read aloud, a proposal checked, a version published."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from api.access import Administrator, Anybody, SeesRecords
from api.asked import Asked
from api.gateway import Books, Write
from api.problems import language_of, responses
from api.shapes import Day
from api.told import Done, Told
from points_engine.flow.programme import PublishPack
from points_engine.rulebook.explaining import explain
from points_engine.rulebook.lint import lint
from points_engine.rulebook.loading import pack_from_texts
from points_engine.rulebook.problems import PackProblems, Problem

router = APIRouter(prefix="/v1/packs", tags=["programme"])

FileText = Annotated[str, Field(max_length=60_000)]


class Clause(Told):
    """One rule read aloud."""

    number: str = Field(examples=["1.2"])
    rule: str = Field(description="its id")
    title: str
    sentences: list[str]
    cite: str
    in_force: bool


class ChapterShown(Told):
    """The rules of one subject."""

    number: int
    title: str
    clauses: list[Clause]


class ExplanationShown(Told):
    """A version as a committee reads it on one day, in the caller's language."""

    language: Literal["zh", "en"]
    day: date
    title: str
    head: dict[str, str]
    chapters: list[ChapterShown]


class Proposal(Asked):
    """A proposed pack: its files by name, `pack.yaml` among them."""

    files: dict[str, FileText] = Field(
        min_length=1,
        max_length=40,
        examples=[{"pack.yaml": "scheme: huadu-residents\n…", "earning.yaml": "- award: …"}],
    )


class Finding(Told):
    """One thing that is wrong, or odd, and where."""

    file: str
    line: int
    column: int
    code: str = Field(examples=["unknown_key"])
    severity: Literal["error", "warning"]
    sentence: str = Field(description="in the caller's language")
    suggestion: str | None


class Checked(Told):
    """What was found; without errors there is a canonical text, which can be published."""

    sound: bool
    hash: str | None
    canonical: str | None
    findings: list[Finding]


class NewVersion(Asked):
    """A version to be put in force from a day on."""

    canonical: Annotated[str, Field(min_length=2, max_length=60_000, pattern=r"^[^\x00]*$")] = Field(
        description="the canonical text, as a check answers it", examples=['{"pack.yaml":{"scheme":"huadu-residents"}}']
    )
    effective_on: Day = Field(examples=["2027-01-01"])


class Published(Done):
    scheme: str
    hash: str
    created: bool


@router.get("/{digest}/explanation", summary="A version read aloud", responses=responses(404))
async def explanation(
    request: Request,
    digest: str,
    caller: Anybody,
    books: Books,
    on: Annotated[Day | None, Query(description="with the values of this day; none: today")] = None,
) -> ExplanationShown:
    """Every rule in sentences, with the values of one day and their citations, in the caller's language."""
    pack = await books.read(lambda view: view.pack(digest))
    told = explain(pack, on or books.now().astimezone(pack.zone).date(), language_of(request))
    return ExplanationShown(
        language="zh" if told.language == "zh" else "en",
        day=told.day,
        title=told.title,
        head=dict(told.head),
        chapters=[
            ChapterShown(
                number=chapter.number,
                title=chapter.title,
                clauses=[
                    Clause(
                        number=each.number, rule=each.rule_id, title=each.title, sentences=list(each.sentences),
                        cite=each.cite, in_force=each.is_in_force,
                    )
                    for each in chapter.sayings
                ],
            )
            for chapter in told.chapters
        ],
    )  # fmt: skip


@router.post("/checks", summary="Check a proposed pack", responses=responses(413))
async def check(request: Request, asked: Proposal, caller: SeesRecords) -> Checked:
    """Read and lint a proposed pack: everything that is wrong or odd at once, with its place. Nothing is kept."""
    language = language_of(request)
    try:
        pack = pack_from_texts(asked.files)
    except PackProblems as wrong:
        return Checked(
            sound=False, hash=None, canonical=None, findings=[_finding(each, language) for each in wrong.problems]
        )
    odd = lint(pack)
    is_sound = not any(each.severity == "error" for each in odd)
    return Checked(
        sound=is_sound, hash=pack.hash if is_sound else None, canonical=pack.canonical if is_sound else None,
        findings=[_finding(each, language) for each in odd],
    )  # fmt: skip


@router.post("", status_code=201, summary="Publish a version", responses=responses(400, 409, 413))
async def publish(asked: NewVersion, caller: Administrator, write: Write) -> Published:
    """Put a version of a scheme's rules in force from a day to come; a scheme is opened by its first version."""
    caller.over_all()
    return Published(**await write.submit(PublishPack(asked.canonical, asked.effective_on), caller.principal))


def _finding(problem: Problem, language: str) -> Finding:
    return Finding(
        file=problem.place.file, line=problem.place.line, column=problem.place.column, code=problem.code,
        severity=problem.severity, sentence=problem.in_language(language), suggestion=problem.suggestion or None,
    )  # fmt: skip
