"""To whose credit awards stand: by home and by work unit, on the day of service, adding up to all that was awarded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from points_engine.flow.people.changes import LinkUnits
from points_engine.flow.programme import RegisterUnit
from points_engine.flow.service.corrections import ReverseRecord
from points_engine.flow.service.records import RecordDeed
from points_engine.reading.attributions import Role, attributed
from points_engine.reading.view import Reader
from points_engine.store.opening import open_store
from tests.engine.test_households import HEAD
from tests.engine.towns import Town, at, closing
from tests.rulebook.packs import a_pack

CREDITED = """
- award: hour
  at: record
  per: hour
  amount: 1 points
  credit: [home, work]
- award: blood
  at: deed
  when: deed.kind == 'blood'
  per: occasion
  amount: 4 points
  credit: work
- award: repair
  at: deed
  when: deed.kind == 'repair'
  per: occasion
  amount: 2 points
- expiry: for_good
  ends: never
"""


@pytest.fixture
def street(database_url: str) -> Any:
    """Give a town with ann, who lives at riverside and works on the hill, and bo, who only works on the hill."""
    pack = a_pack(CREDITED, HEAD.format(scheme="town", fold="volunteer", keeps_time="true"))
    town = Town(open_store(database_url, create=True), town=pack)
    town.accepted(RegisterUnit("hill", "community", "山", "Hill"))
    town.volunteer("ann", home_unit="riverside", work_unit="hill")
    town.volunteer("bo", work_unit="hill")
    yield from closing(town)


def standing(town: Town, role: Role, since: str = "2026-01-01", until: str = "2026-12-31") -> dict[str, Any]:
    """Awards, minutes and points by unit; the rows must add up to what the books say was awarded in all."""
    with Reader(town.store, lambda: town.now).open() as view:
        rows = attributed(view, date.fromisoformat(since), date.fromisoformat(until), role)
    if since == "2026-01-01":
        whole = town.query("SELECT sum(minutes), sum(points) FROM award")[0]
        assert (sum(row.minutes for row in rows), sum(row.points for row in rows)) == tuple(map(int, whole))
    return {row.unit: (row.awards, row.minutes, row.points) for row in rows}


def test_an_award_stands_in_full_under_either_unit_that_its_rule_names(street: Town) -> None:
    street.serve("2026-01-05 08:00", 120, "ann")
    street.serve("2026-01-05 08:00", 60, "bo")
    assert standing(street, "home") == {"riverside": (1, 120, 2), "": (1, 60, 1)}
    assert standing(street, "work") == {"hill": (2, 180, 3)}


def test_what_a_rule_names_no_unit_for_is_to_nobodys_credit(street: Town) -> None:
    street.accepted(RecordDeed("ann", "blood", at("2026-01-05 08:00")))
    street.accepted(RecordDeed("ann", "repair", at("2026-01-05 09:00")))
    assert standing(street, "home") == {"": (2, 0, 6)}
    assert standing(street, "work") == {"hill": (1, 0, 4), "": (1, 0, 2)}


def test_the_unit_is_that_of_the_day_of_service(street: Town) -> None:
    for day in ("2026-01-05", "2026-02-05"):
        street.serve(f"{day} 08:00", 60, "ann")
        street.serve(f"{day} 08:00", 60, "bo")
    street.accepted(LinkUnits("ann", date(2026, 2, 1), home_unit="hill"), "lea")
    street.accepted(LinkUnits("bo", date(2026, 2, 1), work_unit="riverside"), "lea")
    assert standing(street, "home") == {"riverside": (1, 60, 1), "hill": (1, 60, 1), "": (2, 120, 2)}
    assert standing(street, "work") == {"hill": (2, 120, 2), "riverside": (1, 60, 1), "": (1, 60, 1)}
    assert standing(street, "work", "2026-02-01", "2026-02-28") == {"riverside": (1, 60, 1), "": (1, 60, 1)}


def test_what_was_reversed_is_to_nobodys_credit_any_more(street: Town) -> None:
    fact = street.serve("2026-01-05 08:00", 60, "ann")["fact"]
    street.serve("2026-01-06 08:00", 60, "ann")
    street.accepted(ReverseRecord(fact, "false"), "lea")
    assert standing(street, "home") == {"riverside": (1, 60, 1)}
