"""Exports: beancount reads our books, adds them up and finds our balances; CSV says the same."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from beancount import loader
from beancount.core.data import Transaction

from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.interchange.beancount import commodity, components, write_beancount
from points_engine.interchange.tables import write_tables
from tests.interchange.logs import SAMPLE, SCHEME, Books


def _a_full_story(books: Books) -> None:
    """A log, a donation, a hold, a redemption, and somebody with a number that is no account name, and a dated lot."""
    books.load(SAMPLE)
    books.do(ReceiveDonation("community", 100_050, "a friend"), "donation")
    code = str(books.do(PlaceHold("S-00002", SCHEME, "museum_ticket"), "hold")["code"])
    books.do(ConfirmHold(code, "museum"), "confirm")
    books.do(PlaceHold("S-00002", SCHEME, "tote_bag"), "hold-2")
    books.do(RegisterVolunteer("mei_梅", "Mei", date(2026, 1, 1)), "mei")
    books.do(OpenBalance("mei_梅", SCHEME, 12, 1, date(2099, 12, 31)), "opening")


def _loaded(text: str) -> tuple[list[Any], list[Any]]:
    entries, errors, _ = loader.load_string(text)
    return entries, errors


def test_beancount_loads_the_books_and_finds_our_balances(books: Books) -> None:
    _a_full_story(books)
    out = io.StringIO()
    count = write_beancount(books.store, out)
    entries, errors = _loaded(out.getvalue())
    assert errors == []

    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    for transaction in transactions:
        for posting in transaction.postings:
            assert posting.units is not None
            assert posting.units.number is not None
            sums[posting.account, posting.units.currency] += posting.units.number
    assert len(transactions) == count == books.counts()["entry"]
    for number, (minutes, points) in books.balances().items():
        name = components([number])[number]
        assert sums[f"Assets:Volunteers:{name}:Minutes", "MINUTES"] == minutes
        assert sums[f"Assets:Volunteers:{name}:Spendable", commodity(f"points/{SCHEME}")] == points
    assert sums["Income:Funds:Community:Donors", "CNY"] == Decimal("-1000.50")
    assert sums["Assets:Funds:Community:Available", "CNY"] == Decimal("987.50")
    assert sums["Expenses:Partners:Museum:Payable", "CNY"] == 10
    dated = [each for one in transactions for each in one.postings if each.meta and "expires-on" in each.meta]
    assert [posting.meta["expires-on"] for posting in dated if posting.meta] == [date(2099, 12, 31)]


def test_beancount_itself_says_when_a_balance_is_not_the_sum(sqlite_books: Books) -> None:
    sqlite_books.load(SAMPLE)
    out = io.StringIO()
    write_beancount(sqlite_books.store, out)
    forged = out.getvalue().replace("S-00002:Minutes  30 MINUTES", "S-00002:Minutes  31 MINUTES", 1)
    assert _loaded(forged)[1]


def test_the_csv_files_sum_to_the_same_balances(tmp_path: Path, books: Books) -> None:
    _a_full_story(books)
    count = write_tables(books.store, tmp_path / "out")
    with (tmp_path / "out" / "postings.csv").open(encoding="utf-8", newline="") as file:
        postings = list(csv.DictReader(file))
    with (tmp_path / "out" / "balances.csv").open(encoding="utf-8", newline="") as file:
        balances = list(csv.DictReader(file))
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    by_entry: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in postings:
        sums[row["account"], row["asset"]] += Decimal(row["amount"])
        by_entry[row["entry"], row["asset"]] += Decimal(row["amount"])
    assert len({row["entry"] for row in postings}) == count
    assert set(by_entry.values()) == {Decimal(0)}
    assert {(row["account"], row["asset"]): Decimal(row["balance"]) for row in balances} == {
        place: total for place, total in sums.items() if place in {(row["account"], row["asset"]) for row in balances}
    }
    assert {row["volunteer"] for row in balances} >= {"S-00002", "mei_梅"}


def test_every_code_has_an_account_name_of_its_own() -> None:
    codes = ["museum", "Museum", "corner_shop", "corner-shop", "S-00002", "梅", "花", "_", "-"]
    named = components(codes)
    assert len(set(named.values())) == len(codes)
    assert named["S-00002"] == "S-00002"
    assert all(name[0].isupper() or name[0].isdigit() for name in named.values())


def test_commodities_are_short_and_differ() -> None:
    found = {commodity(f"points/{scheme}") for scheme in ("a", "A-b", "x" * 40, "x" * 41, "积分")}
    assert len(found) == 5
    assert all(len(name) <= 24 for name in found)
