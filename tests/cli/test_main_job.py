"""The main job on the whole real log: 28,074 rows in, balanced and explained books out, on both databases."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction

from tests.cli.terminals import Points

ROOT = Path(__file__).parents[2]
LOG = ROOT / "benchmarks" / "data" / "oss_sessions.csv"
SCHEME = "oss-time-bank"
ROWS, VOLUNTEERS, MINUTES = 28_074, 1_694, 1_408_052
WITH_CARRY, WITHOUT_CARRY, OVER_THE_CEILING = 22_722, 9_112, 810
BUSIEST = "S-00063"

pytestmark = pytest.mark.slow


def test_the_whole_log_in_file_order(points: Points, tmp_path: Path) -> None:
    report = points.ask("import", str(LOG), "--scheme", SCHEME, "--recorded-by", "kiosk")
    assert (report["imported"], report["refused"], report["duplicates"]) == (ROWS, 0, 0)
    assert (report["points"], report["minutes"]) == ({SCHEME: str(WITH_CARRY)}, MINUTES)
    assert points.ask("audit")["is_sound"]

    again = points.ask("import", str(LOG), "--scheme", SCHEME, "--recorded-by", "kiosk", "--name", "again")
    assert (again["imported"], again["duplicates"], again["points"]) == (0, ROWS, {})

    busiest = points.ask("balance", BUSIEST)["schemes"][SCHEME]
    assert (busiest["usable"], busiest["donate_only"]) == ("1500", str(OVER_THE_CEILING))

    points.ask("donate", "community", "1000.00", "--donor", "a reader")
    voucher = points.ask("hold", BUSIEST, SCHEME, "museum_ticket")
    assert points.ask("confirm", voucher["code"], "--outlet", "museum")["again"] is False

    books = tmp_path / "books.beancount"
    points.ask("export", "beancount", "-o", str(books))
    entries, errors, _ = loader.load_file(str(books))
    assert errors == []
    mine = f"Assets:Volunteers:{BUSIEST}:"
    postings = [posting for entry in entries if isinstance(entry, Transaction) for posting in entry.postings]
    amounts = [posting.units for posting in postings if posting.units and posting.account.startswith(mine)]
    points_left = sum(int(each.number or 0) for each in amounts if each.currency == "OSS-TIME-BANK-POINTS")
    assert points_left == 1500 + OVER_THE_CEILING - 20


def test_a_shuffled_log_with_a_broken_row_gives_the_same_books(points_on_sqlite: Points, tmp_path: Path) -> None:
    points = points_on_sqlite
    head, *rows = LOG.read_text("utf-8").splitlines()
    random.Random(20260301).shuffle(rows)
    rows.insert(14_000, "S-00002,yesterday,2026-01-01T10:00:00+00:00,testing,sympy/core")
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    told = points("import", str(shuffled), "--scheme", SCHEME, "--recorded-by", "kiosk")
    assert told.code == 1
    assert "14002" in told.out + told.error, "the broken row is named by its line"
    busiest = points.ask("balance", BUSIEST)["schemes"][SCHEME]
    assert (busiest["usable"], busiest["donate_only"]) == ("1500", str(OVER_THE_CEILING))
    audit = points.ask("audit")
    assert audit["is_sound"]
    assert audit["counts"]["volunteer"] == VOLUNTEERS


def test_without_carrying_the_same_log_gives_fewer_points(points_on_sqlite: Points, tmp_path: Path) -> None:
    pack = tmp_path / SCHEME
    shutil.copytree(ROOT / "rules" / SCHEME, pack)
    earning = pack / "earning.yaml"
    text = earning.read_text("utf-8")
    assert "remainder: carry" in text
    earning.write_text(text.replace("remainder: carry", "remainder: drop"), "utf-8")
    report = points_on_sqlite.ask("import", str(LOG), "--scheme", SCHEME, "--recorded-by", "kiosk", "--pack", str(pack))
    assert (report["imported"], report["points"]) == (ROWS, {SCHEME: str(WITHOUT_CARRY)})


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_the_import_tells_what_it_did_in_both_languages(points_on_sqlite: Points, spoken: str) -> None:
    told = points_on_sqlite(
        "import", str(ROOT / "tests/data/oss_sample.csv"), "--scheme", SCHEME, "--recorded-by", "kiosk", language=spoken
    )
    assert "300" in told.out
