"""What changes about people, units and promises, and what the rules make of it."""

from __future__ import annotations

from datetime import date

from points_engine.flow.people.changes import CorrectBirthDate, LinkUnits
from points_engine.flow.programme import RegisterUnit
from points_engine.flow.service.activities import SignUpFor
from points_engine.flow.service.planning import MarkAbsent
from points_engine.flow.units import MoveUnit
from tests.engine import packs
from tests.engine.towns import Town, at

OLD_AGE = """
- parameter: old_from
  measured_in: number
  values: {2024-01-01: 70}
- parameter: twice
  measured_in: number
  values: {2024-01-01: 2}
- factor: old_age
  when: [volunteer.age >= old_from]
  multiply: twice
  applies_to: [service]
"""
AT_HOME = """
- parameter: twice
  measured_in: number
  values: {2024-01-01: 2}
- factor: at_home
  when: ["'hillside' in volunteer.units"]
  multiply: twice
  applies_to: [service]
"""
ABSENCES = """
- parameter: per_absence
  measured_in: points
  values: {2024-01-01: -3}
- award: absences
  at: deed
  per: occasion
  when: ["deed.kind == 'absence'"]
  amount: per_absence
"""


def test_a_corrected_birth_date_posts_what_it_changes_over_the_whole_history() -> None:
    town = Town(town=packs.town(more=OLD_AGE))
    town.volunteer(born_on=date(1960, 1, 1))
    for day in ("2025-06-01 09:00", "2026-03-01 09:00"):
        town.serve(day, 120)
    before = town.balance()
    done = town.accepted(CorrectBirthDate("mei", date(1955, 9, 1), "passport"))
    assert done["awarded"] == {"town": 2}
    assert (town.balance(), town.minutes()) == (before + 2, 240)
    assert town.accepted(CorrectBirthDate("mei", None, "not known"))["awarded"] == {"town": -2}
    town.assert_sound()
    town.store.close()


def test_units_count_from_their_day_and_what_held_before_still_does() -> None:
    town = Town(town=packs.town(more=AT_HOME))
    town.accepted(RegisterUnit("hillside", "community", "山坡", "Hillside"))
    town.volunteer(home_unit="riverside")
    for day in ("2026-02-01 09:00", "2026-02-20 09:00"):
        town.serve(day, 120)
    done = town.accepted(LinkUnits("mei", date(2026, 2, 10), "hillside", "riverside"))
    assert done["awarded"] == {"town": 2}
    assert town.query("SELECT home_unit, work_unit FROM volunteer") == [("hillside", "riverside")]
    earlier = town.accepted(LinkUnits("mei", date(2026, 1, 1), "hillside"))
    assert earlier["awarded"] == {"town": 2}
    assert town.query("SELECT home_unit, work_unit FROM volunteer") == [("hillside", "riverside")]
    town.assert_sound()
    town.store.close()


def test_an_absence_is_a_deed_that_rules_may_count() -> None:
    town = Town(town=packs.town(more=ABSENCES))
    town.volunteer()
    town.serve("2026-02-01 09:00", 300)
    before = town.balance()
    town.accepted(SignUpFor("mei", "library"))
    done = town.accepted(MarkAbsent("mei", "library", date(2026, 3, 1)))
    assert done["awarded"] == {"town": -3}
    assert town.balance() + town.balance("debt") == before - 3
    town.accepted(RegisterUnit("grid-1", "grid", "格", "Grid", "riverside"))
    assert town.accepted(MoveUnit("grid-1", None, date(2026, 3, 1)))["before"] == "riverside"
    assert str(town.query("SELECT start FROM fact WHERE kind = 'deed'")[0][0])[:16] in (
        str(at("2026-03-01 00:00"))[:16], at("2026-03-01 00:00").isoformat()[:16]
    )  # fmt: skip
    town.assert_sound()
    town.store.close()
