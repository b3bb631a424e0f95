"""The books as CSV: every posting with its entry, and the balance of every guarded account."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Final

from points_engine.interchange.books import Names, balances, names
from points_engine.ledger.amounts import NEVER
from points_engine.store import SqlStore
from points_engine.store.statements import every_entry

POSTINGS_FILE: Final = "postings.csv"
BALANCES_FILE: Final = "balances.csv"

POSTING_COLUMNS: Final = (
    "seq", "index", "entry", "kind", "cause", "occurred_at", "recorded_at", "reverses", "line", "account",
    "volunteer", "asset", "expires_on", "amount", "version", "lot_after", "balance_after",
)  # fmt: skip
BALANCE_COLUMNS: Final = ("account", "volunteer", "asset", "balance")


def write_tables(store: SqlStore, folder: Path, progress: Callable[[int], object] = lambda entries: None) -> int:
    """Write `postings.csv` and `balances.csv` from one snapshot; amounts are exact decimals. Answers the entries."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (
        store.reading() as connection,
        (folder / POSTINGS_FILE).open("w", encoding="utf-8", newline="") as postings_file,
        (folder / BALANCES_FILE).open("w", encoding="utf-8", newline="") as balances_file,
    ):
        called = names(connection)
        writer = csv.writer(postings_file)
        writer.writerow(POSTING_COLUMNS)
        for entry in every_entry(connection):
            count += 1
            head = (
                entry.seq, entry.idx, entry.id, entry.kind, entry.cause, entry.occurred_at.isoformat(),
                entry.recorded_at.isoformat(), entry.reverses or "",
            )  # fmt: skip
            for line in entry.lines:
                shown = [
                    "" if amount is None else called.exact(amount, line.asset)
                    for amount in (line.lot_after, line.balance_after)
                ]
                expires_on = "" if line.expires_on == NEVER else line.expires_on
                writer.writerow(
                    (
                        *head, line.line, line.account, _number(line.account, called), line.asset, expires_on,
                        called.exact(line.amount, line.asset), "" if line.version is None else line.version, *shown,
                    )
                )  # fmt: skip
            if count % 1_000 == 0:
                progress(count)
        writer = csv.writer(balances_file)
        writer.writerow(BALANCE_COLUMNS)
        for account, asset, balance in balances(connection):
            writer.writerow((account, _number(account, called), asset, called.exact(balance, asset)))
    progress(count)
    return count


def _number(account: str, called: Names) -> str:
    """The number of the volunteer whose account it is; empty for others."""
    whose, _, rest = account.partition("/")
    return called.numbers.get(rest.partition("/")[0], "") if whose == "volunteer" else ""
