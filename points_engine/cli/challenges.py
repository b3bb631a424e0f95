"""`points challenge`: appeals and objections, filed, answered, taken back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal

if TYPE_CHECKING:
    from points_engine.reading.challenges import ChallengeView

Identity = Annotated[str, typer.Argument(help="Its id. / 编号", show_default=False)]


class Kind(StrEnum):
    """By the person concerned, or by anybody else."""

    APPEAL = "appeal"
    OBJECTION = "objection"


class Answer(StrEnum):
    """Whether it is right."""

    UPHELD = "upheld"
    REJECTED = "rejected"


def list_challenges(
    terminal: Terminal,
    state: Annotated[str, typer.Option("--state", help="open, upheld, rejected or withdrawn. / 状态")] = "open",
    unit: Annotated[str, typer.Option("--unit", help="Only of this unit, and below it. / 组织")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Lines at most, oldest first. / 条数")] = 50,
) -> None:
    """List appeals and objections, oldest first. / 列出申诉和异议"""
    from points_engine.reading import Reader, challenges

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        page = challenges.challenges(view, most, state=state, unit=unit)
    titles = (("编号", "id"), ("类别", "kind"), ("关于", "about"), ("志愿者", "volunteer"), ("内容", "says"),
              ("状态", "state"), ("答复", "answer"))  # fmt: skip
    table = terminal.table(*(terminal.say(*title) for title in titles))
    for each in page.items:
        row = each.challenge
        kind = terminal.say(*_KINDS[row.kind])
        table.add_row(row.id, kind, row.about_id, each.number, each.text, row.state, each.answer or "—")
    terminal.show({"challenges": [_plain(each) for each in page.items]}, table)


_KINDS = {"appeal": ("申诉", "appeal"), "objection": ("异议", "objection")}


def _plain(found: ChallengeView) -> dict[str, Any]:
    row = found.challenge
    return {
        "challenge": row.id, "kind": row.kind, "about": row.about_id, "volunteer": found.number, "text": found.text,
        "state": row.state, "answer": found.answer, "filed_by": row.filed_by, "filed_at": row.filed_at,
    }  # fmt: skip


def file(
    terminal: Terminal,
    kind: Annotated[Kind, typer.Argument(help="appeal: by the person concerned; objection: by others. / 类别")],
    record: Annotated[str, typer.Argument(help="The record's id. / 记录编号", show_default=False)],
    text: Annotated[str, typer.Option("--text", help="What is wrong. / 内容")],
    key: Key = "",
) -> None:
    """Say that a record is judged wrongly. / 提出"""
    from points_engine.flow.service.challenges import FileChallenge

    result = terminal.submit(FileChallenge(kind.value, record, text), key)
    done(terminal, result, f"已提出，编号 {result['challenge']}", f"filed as {result['challenge']}")


def answer(
    terminal: Terminal,
    challenge: Identity,
    verdict: Annotated[Answer, typer.Argument(help="upheld: it is right; rejected: it is not. / 结论")],
    text: Annotated[str, typer.Option("--text", help="The answer. / 答复")],
    key: Key = "",
) -> None:
    """Answer one; somebody else than who filed it, and than who wrote the record down. / 答复"""
    from points_engine.flow.service.challenges import AnswerChallenge

    result = terminal.submit(AnswerChallenge(challenge, verdict is Answer.UPHELD, text), key)
    done(terminal, result, f"已答复：{'成立' if verdict is Answer.UPHELD else '不成立'}", f"answered: {verdict.value}")


def withdraw(terminal: Terminal, challenge: Identity, key: Key = "") -> None:
    """Take one back that you filed. / 撤回"""
    from points_engine.flow.service.challenges import WithdrawChallenge

    result = terminal.submit(WithdrawChallenge(challenge), key)
    done(terminal, result, "已撤回", "withdrawn")


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (("list", list_challenges), ("file", file), ("answer", answer), ("withdraw", withdraw)):
        command(group, name)(function)
