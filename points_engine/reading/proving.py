"""Proving an entry from what is stored: its sums, the chains its postings stand in, its place in the journal.

Each check stands alone and says what was compared; one that fails says what was found.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from points_engine.flow.entities import BookEntry, Note, StoredCommand
from points_engine.flow.steps import BY_NAME
from points_engine.flow.wire import canonical, erasable, fingerprint
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import METADATA


@dataclass(frozen=True, slots=True)
class Proof:
    """One check of an entry: whether it holds, and in words what was compared, or what is wrong."""

    check: str
    holds: bool
    says: Text


SUMS = Text("每种资产借贷相抵为零", "the postings of each asset sum to zero")
CHAIN = Text(
    "每个账户的分录序号连续，余额等于上一笔余额加本笔金额",
    "each account's postings are numbered without a gap, and each balance is the one before it plus the amount",
)
LOTS = Text("每个批次的余额等于该批次全部分录之和", "what is left of each lot is the sum of its postings")
PLACE = Text(
    "日志序号前后相连，记账时间不倒退，本笔在其批次之内",
    "the journal's numbers go on without a gap, its times never go back, and the entry stands within its commit",
)
CAUSE = Text(
    "本笔由同一批次内被接受的命令产生，命令内容与其指纹一致",
    "an accepted command of the same commit caused it, and that command's content fits its fingerprint",
)
REVERSAL = Text("被冲正的凭证在账上，且早于本笔", "the entry that it reverses stands in the books before it")


def proofs(view: View, entry: BookEntry) -> list[Proof]:
    """Every check of one entry."""
    postings = METADATA.tables["posting"]
    query = select(postings).where(postings.c.entry_id == entry.id).order_by(postings.c.line)
    lines = list(view.connection.execute(query))
    found = [_proof("sums", SUMS, _sums(lines)), _proof("chain", CHAIN, _chain(view, lines))]
    found += [_proof("lots", LOTS, _lots(view, lines)), _proof("place", PLACE, _place(view, entry, lines))]
    found.append(_proof("cause", CAUSE, _cause(view, entry)))
    if entry.reverses is not None:
        found.append(_proof("reversal", REVERSAL, _reversal(view, entry)))
    return found


def _proof(check: str, says: Text, wrong: Iterator[str]) -> Proof:
    first = next(wrong, None)
    return (
        Proof(check, True, says) if first is None else Proof(check, False, Text(f"不符：{first}", f"not so: {first}"))
    )


def _sums(lines: Sequence[Any]) -> Iterator[str]:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.asset] += line.amount
    if not lines:
        yield "no postings / 没有分录"
    for asset, amount in sums.items():
        if amount:
            yield f"{asset} {amount:+d}"


def _chain(view: View, lines: Sequence[Any]) -> Iterator[str]:
    postings = METADATA.tables["posting"]
    for line in lines:
        if line.version is None:
            continue
        # The posting before it in the same account, by posting_by_version.
        before = view.connection.execute(
            select(postings.c.balance_after, postings.c.seq).where(
                postings.c.account == line.account, postings.c.asset == line.asset,
                postings.c.version == line.version - 1,
            )
        ).first()  # fmt: skip
        if before is None and line.version != 1:
            yield f"{line.account} {line.asset} #{line.version - 1} is missing / 缺失"
        elif line.balance_after != (before.balance_after if before is not None else 0) + line.amount:
            yield f"{line.account} {line.asset} #{line.version}: {line.balance_after}"
        elif before is not None and before.seq > line.seq:
            yield f"{line.account} {line.asset} #{line.version}: seq {before.seq} > {line.seq}"


def _lots(view: View, lines: Sequence[Any]) -> Iterator[str]:
    postings = METADATA.tables["posting"]
    for line in lines:
        if line.version is None:
            continue
        total = view.connection.execute(
            select(func.sum(postings.c.amount)).where(
                postings.c.account == line.account, postings.c.asset == line.asset,
                postings.c.expires_on == line.expires_on, postings.c.version <= line.version,
            )
        ).scalar_one()  # fmt: skip
        if int(total or 0) != line.lot_after:
            yield f"{line.account} {line.asset} {line.expires_on}: {line.lot_after}, {int(total or 0)}"


def _place(view: View, entry: BookEntry, lines: Sequence[Any]) -> Iterator[str]:
    journal = METADATA.tables["journal"]
    rows = view.connection.execute(select(journal).where(journal.c.seq.between(entry.seq - 1, entry.seq + 1)))
    there = {row.seq: row for row in rows}
    head = view.connection.execute(select(METADATA.tables["journal_head"].c.seq)).scalar_one()
    mine = there.get(entry.seq)
    if mine is None or mine.recorded_at != entry.recorded_at:
        yield f"journal {entry.seq}"
        return
    for seq in (entry.seq - 1, entry.seq + 1):
        if 0 < seq <= head and seq not in there:
            yield f"journal {seq} is missing / 缺失"
    times = [there[seq].recorded_at for seq in sorted(there)]
    if times != sorted(times):
        yield f"journal {entry.seq}: {', '.join(map(str, times))}"
    for line in lines:
        if line.seq != entry.seq:
            yield f"line {line.line}: seq {line.seq}"


def _cause(view: View, entry: BookEntry) -> Iterator[str]:
    command = view.one(StoredCommand, entry.cause)
    if command is None or command.seq != entry.seq:
        yield f"command {entry.cause}"
        return
    content = _as_asked(view, command)
    if content is not None and fingerprint(command.kind, content) != command.fingerprint:
        yield f"command {entry.cause}: fingerprint"


def _as_asked(view: View, command: StoredCommand) -> str | None:
    """What a command said, its text taken from the note that keeps it; None where there is none (any more)."""
    step, said = BY_NAME.get(command.kind), json.loads(command.content_json)
    if step is None:
        return None
    missing = erasable(step.command) - said.keys()
    if not missing:
        return command.content_json
    identity = json.loads(command.outcome_json).get("note")
    note = view.one(Note, identity) if identity else None
    return canonical({**said, **dict.fromkeys(missing, note.text)}) if note is not None and note.text else None


def _reversal(view: View, entry: BookEntry) -> Iterator[str]:
    reversed_one = view.one(BookEntry, entry.reverses)
    if reversed_one is None or reversed_one.seq > entry.seq:
        yield str(entry.reverses)
