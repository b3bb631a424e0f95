"""Entries and statements: what moved, when, and why in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from points_engine.errors import NotFound
from points_engine.flow.entities import Hold, Scheme, StoredCommand, Trace
from points_engine.flow.rules import rule_history, schemes
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.reading.people import volunteer
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.answering import answer
from points_engine.rulebook.kinds import Text
from points_engine.rulebook.sentences import explanation
from points_engine.store.tables import METADATA

KINDS: Final[dict[str, Text]] = {
    "award": Text("服务计分", "service credited"),
    "correction": Text("更正", "correction"),
    "hold": Text("预留", "set aside"),
    "release": Text("退回预留", "given back"),
    "confirm": Text("兑换", "redeemed"),
    "refund": Text("退换", "refunded"),
    "expiry": Text("到期", "expired"),
    "adjustment": Text("调整", "adjustment"),
    "opening": Text("期初余额", "opening balance"),
    "merge": Text("合并", "merged"),
    "forfeit": Text("兑换后清零", "lost with the redemption"),
    "gift": Text("转赠", "given"),
    "compensation": Text("断网核销补偿", "paid for a use without a network"),
    "allotment": Text("积分拨付", "points allotted"),
    "donation": Text("捐赠收入", "donation received"),
}
"""What each kind of entry is called."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that an entry stands on: the scheme, the sentence for the volunteer, and the steps."""

    scheme: str
    fact: str
    day: date | None  # the service day, or the day of the deed
    pack: str
    sentence: Text
    steps: tuple[list[str], list[str]]  # Chinese, English


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A posting as people write it."""

    account: str
    asset: str
    expires_on: date
    amount: str
    balance_after: str | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with its lines, the command that caused it, and why."""

    id: str
    seq: int
    kind: str
    kind_text: Text
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None
    principal: str
    command: str
    lines: list[EntryLine]
    decisions: list[Decision]
    why: Text
    owners: frozenset[str]  # ids of the volunteers whose accounts it touches


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a volunteer's statement."""

    entry: str
    seq: int
    kind: str
    kind_text: Text
    occurred_at: datetime
    recorded_at: datetime
    scheme: str | None  # None: minutes of service
    amount: str
    balance_after: str
    service_day: date | None  # of the newest record that it is about
    why: Text


def entry(view: View, entry_id: str) -> EntryView:
    """An entry and why it was posted.

    Raises: NotFound.
    """
    table, postings = METADATA.tables["entry"], METADATA.tables["posting"]
    head = view.connection.execute(select(table).where(table.c.id == entry_id)).first()
    if head is None:
        raise NotFound(what="entry", code=entry_id)
    rows = list(
        view.connection.execute(select(postings).where(postings.c.entry_id == entry_id).order_by(postings.c.line))
    )
    scales = _scales(view)
    decisions = [_decision(view, trace) for trace in view.where(Trace, entry_id=entry_id)]
    cause = view.one(StoredCommand, head.cause)
    lines = [
        EntryLine(
            row.account, row.asset, row.expires_on, _shown(row.amount, row.asset, scales),
            None if row.balance_after is None else _shown(row.balance_after, row.asset, scales),
        )
        for row in rows
    ]  # fmt: skip
    owners = frozenset(row.account.split("/")[1] for row in rows if row.account.startswith("volunteer/"))
    return EntryView(
        head.id, head.seq, head.kind, kind_text(head.kind), head.occurred_at, head.recorded_at, head.reverses,
        cause.principal if cause else "", cause.kind if cause else "", lines, decisions,
        _why(head.kind, decisions, _reward_titles(view, [cause] if cause else []).get(head.cause)), owners,
    )  # fmt: skip


def statement(view: View, number: str, most: int, after: tuple[str, ...] | None = None) -> Page:
    """A volunteer's movements, newest first: what can be spent in every scheme, and minutes.

    Raises: NotFound.
    """
    account = amounts.volunteer(volunteer(view, number).id)
    postings, entries = METADATA.tables["posting"], METADATA.tables["entry"]
    # One account's postings by its index posting_by_version; the newest first by journal order.
    query = (
        select(
            entries.c.id, entries.c.kind, entries.c.cause, entries.c.occurred_at, entries.c.recorded_at,
            postings.c.seq, postings.c.asset, postings.c.amount, postings.c.balance_after, postings.c.version,
        )
        .join(entries, entries.c.id == postings.c.entry_id)
        .where(postings.c.account == account, postings.c.version.is_not(None))
        .order_by(postings.c.seq.desc(), postings.c.asset.desc(), postings.c.version.desc())
    )  # fmt: skip
    if after is not None:
        seq, asset, version = int(after[0]), after[1], int(after[2])
        query = query.where(
            (postings.c.seq < seq)
            | ((postings.c.seq == seq) & (postings.c.asset < asset))
            | ((postings.c.seq == seq) & (postings.c.asset == asset) & (postings.c.version < version))
        )
    page = paged(view.connection, query, most, lambda row: row, ("seq", "asset", "version"))
    return Page(_statement_lines(view, page.items), page.next)


def _statement_lines(view: View, rows: list[Any]) -> list[StatementLine]:
    decided: dict[str, list[Decision]] = {}
    for trace in view.among(Trace, "entry_id", sorted({row.id for row in rows if row.kind != "hold"})):
        decided.setdefault(trace.entry_id, []).append(_decision(view, trace))
    titles = _reward_titles(view, view.among(StoredCommand, "id", sorted({row.cause for row in rows})))
    scales = _scales(view)
    lines = []
    for row in rows:
        scheme = row.asset.removeprefix("points/") if row.asset != amounts.MINUTES else None
        mine = [each for each in decided.get(row.id, []) if scheme is None or each.scheme == scheme]
        days = [each.day for each in mine if each.day is not None]
        lines.append(
            StatementLine(
                entry=row.id,
                seq=row.seq,
                kind=row.kind,
                kind_text=kind_text(row.kind),
                occurred_at=row.occurred_at,
                recorded_at=row.recorded_at,
                scheme=scheme,
                amount=_shown(row.amount, row.asset, scales),
                balance_after=_shown(row.balance_after, row.asset, scales),
                service_day=max(days, default=None),
                why=_why(row.kind, mine, titles.get(row.cause)),
            )
        )
    return lines


def kind_text(kind: str) -> Text:
    """What a kind of entry is called."""
    return KINDS.get(kind, Text(kind, kind))


def decision_of(view: View, trace_id: str) -> Decision | None:
    """The decision kept under a trace's id."""
    trace = view.one(Trace, trace_id)
    return None if trace is None else _decision(view, trace)


def _decision(view: View, trace: Trace) -> Decision:
    content = json.loads(trace.content)
    digest = str(content.get("pack", ""))
    if not digest:
        said = Text("该记录不再有效", "the record no longer counts")
        return Decision(trace.scheme, trace.fact_id, None, "", said, ([], []))
    pack = view.pack(digest)
    told = Text(answer(pack, trace.content, "zh"), answer(pack, trace.content, "en"))
    steps = (explanation(pack, trace.content, "zh"), explanation(pack, trace.content, "en"))
    return Decision(trace.scheme, trace.fact_id, date.fromisoformat(content["day"]), digest, told, steps)


def _why(kind: str, decisions: Iterable[Decision], reward: Text | None) -> Text:
    said = list(decisions)
    if said:
        return Text("；".join(each.sentence.zh for each in said), "; ".join(each.sentence.en for each in said))
    name = kind_text(kind)
    if reward is not None:
        return Text(f"{name.zh}：{reward.zh}", f"{name.en}: {reward.en}")
    return name


def _reward_titles(view: View, commands: Iterable[StoredCommand]) -> dict[str, Text]:
    """What the holds that these commands are about are for, by the command's id."""
    holds_of = {each.id: holds_in(json.loads(each.outcome_json)) for each in commands}
    wanted = sorted({hold for found in holds_of.values() for hold in found})
    holds = {hold.id: hold for hold in view.among(Hold, "id", wanted)}
    titles = {}
    for command, found in holds_of.items():
        told = [reward_title(view, holds[hold].scheme, holds[hold].reward) for hold in found if hold in holds]
        if told:
            titles[command] = Text("、".join(each.zh for each in told), ", ".join(each.en for each in told))
    return titles


def holds_in(outcome: Mapping[str, Any]) -> list[str]:
    """The holds that an outcome tells of: one, or those of a visit."""
    taken = outcome.get("rewards")
    if isinstance(taken, list):
        return [str(each["hold"]) for each in taken if "hold" in each]
    return [str(outcome["hold"])] if outcome.get("hold") else []


def reward_title(view: View, scheme: str, reward: str) -> Text:
    """What a reward is called in the newest version that knows it."""
    for _, pack in reversed(view.ask(lambda desk: rule_history(desk, scheme)).versions):
        rule = pack.rules.get(reward)
        if rule is not None:
            return rule.title
    return Text(reward, reward)


def _scales(view: View) -> dict[str, int]:
    known: list[Scheme] = view.ask(schemes)
    return {amounts.points(scheme.code): scheme.scale for scheme in known}


def _shown(amount: int, asset: str, scales: dict[str, int]) -> str:
    return shown(amount, scales.get(asset, 0))
