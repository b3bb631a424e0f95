"""Households: who was ever stated to live in one, and under whom a volunteer's service is folded on a day.

Where a scheme's rules count a household's service together, a record is folded with those of everybody else who lived
there on the day of its own service; who lives nowhere folds alone.  A household is locked before anybody who ever
lived in it, so that two processes never wait for each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Household, HouseholdMember, Person, Volunteer, VolunteerFact
from points_engine.flow.rules import rule_history, schemes

HOUSEHOLD: Final = "volunteer.household"

_ADDRESS: Final = "household/"


def address(household: str) -> str:
    """The subject of a household's fold."""
    return _ADDRESS + household


def code_of(subject: str) -> str:
    """The household that is the subject of a fold."""
    return subject.removeprefix(_ADDRESS)


def is_household(subject: str) -> bool:
    """Whether the subject of a fold is a household, not a volunteer."""
    return subject.startswith(_ADDRESS)


def counted_together(desk: Desk) -> frozenset[str]:
    """The schemes whose rules count a household's service together; it stays as a scheme was opened."""

    def find() -> frozenset[str]:
        histories = {scheme.code: rule_history(desk, scheme.code).versions for scheme in schemes(desk)}
        return frozenset(
            code for code, versions in histories.items() if versions and versions[0][1].fold_scope == "household"
        )

    return desk.memo(("counted together", desk.rules_revision), find)


def household_on(desk: Desk, volunteer_id: str, day: date) -> str:
    """The household a volunteer lives in on a day, as it was stated last; empty where it is not known."""
    known = ""
    for since, household in _stated(desk, volunteer_id):
        if since > day:
            break
        known = household
    return known


def subject_on(desk: Desk, scheme: str, volunteer_id: str, day: date) -> str:
    """Under whom a volunteer's service of a day is folded: the household, or the volunteer alone."""
    if scheme not in counted_together(desk):
        return volunteer_id
    household = household_on(desk, volunteer_id, day)
    return address(household) if household else volunteer_id


def subject_at(desk: Desk, scheme: str, volunteer_id: str, moment: datetime) -> str:
    """Under whom what a volunteer began to do at a moment is folded."""
    if scheme not in counted_together(desk):
        return volunteer_id
    return subject_on(desk, scheme, volunteer_id, _day(desk, scheme, moment))


def member_on(desk: Desk, scheme: str, volunteer_id: str, day: date) -> str:
    """The volunteer's id as a member of the household that they are folded with on a day; empty where alone."""
    return volunteer_id if is_household(subject_on(desk, scheme, volunteer_id, day)) else ""


def subjects_since(desk: Desk, scheme: str, volunteer_id: str, since: datetime) -> list[str]:
    """Every subject under which a volunteer's service from a moment on is folded, or will be."""
    first = subject_at(desk, scheme, volunteer_id, since)
    if scheme not in counted_together(desk):
        return [first]
    day = _day(desk, scheme, since)
    later = [address(code) if code else volunteer_id for on, code in _stated(desk, volunteer_id) if on > day]
    return list(dict.fromkeys([first, *later]))


def subjects_ever(desk: Desk, volunteer_id: str) -> list[str]:
    """The volunteer, and every household that they were ever stated to live in."""
    return list(dict.fromkeys([volunteer_id, *(address(code) for _, code in _stated(desk, volunteer_id) if code)]))


def members_of(desk: Desk, subject: str) -> list[str]:
    """The volunteers whose service may be folded under a subject, by id."""
    if not is_household(subject):
        return [subject]
    return sorted(row.member for row in desk.children(HouseholdMember, code_of(subject)))


def move_in(desk: Desk, volunteer_id: str, household: str) -> None:
    """Write down that a volunteer is stated to live in a household."""
    desk.require([OneRow(Household, (household,)), OneRow(HouseholdMember, (household, volunteer_id))])
    if desk.find(Household, household) is None:
        desk.put(Household(household))
    if desk.find(HouseholdMember, household, volunteer_id) is None:
        desk.put(HouseholdMember(household, volunteer_id))


def move_in_needs(volunteer_id: str, household: str) -> Iterator[Need]:
    """The rows that `move_in` reads."""
    yield OneRow(Household, (household,))
    yield OneRow(HouseholdMember, (household, volunteer_id))


# ---- reading ahead -------------------------------------------------------------------------------------------------


def is_any_together(desk: Desk) -> bool:
    """Whether some scheme is known to count households together; no while the rules are not on the desk."""
    return desk.rules_known == desk.rules_revision and bool(counted_together(desk))


def known_subjects(desk: Desk, scheme: str, volunteer_id: str) -> list[str]:
    """The subjects under which a volunteer is folded in a scheme, on any day; none while that was not read."""
    if not is_any_together(desk) or scheme not in counted_together(desk):
        return [volunteer_id]
    return subjects_ever(desk, volunteer_id) if desk.has(Children(VolunteerFact, (volunteer_id,))) else []


def household_needs(desk: Desk, volunteer_id: str) -> list[Need]:
    """What is to be read and locked before a volunteer is: the households that they ever lived in."""
    if not is_any_together(desk) or desk.peek(Volunteer, volunteer_id) is not None:
        return []
    facts = Children(VolunteerFact, (volunteer_id,))
    if not desk.has(facts):
        return [facts]
    homes = dict.fromkeys(code for _, code in _stated(desk, volunteer_id) if code)
    return desk.missing([OneRow(Household, (code,)) for code in homes])


def company_needs(desk: Desk, subject: str) -> Iterator[Need]:
    """The rows that say who the members of a household are."""
    if not is_household(subject):
        return
    members = Children(HouseholdMember, (code_of(subject),))
    yield OneRow(Household, members.parent)
    yield members
    if desk.has(members):
        for member in members_of(desk, subject):
            yield OneRow(Volunteer, (member,))
            yield OneRow(Person, (member,))
            yield Children(VolunteerFact, (member,))


def _day(desk: Desk, scheme: str, moment: datetime) -> date:
    """The day of a moment where a scheme's rules were first in force, so that no later version moves anybody."""
    return moment.astimezone(rule_history(desk, scheme).versions[0][1].zone).date()


def _stated(desk: Desk, volunteer_id: str) -> list[tuple[date, str]]:
    """The households that were stated, each with the day from which a volunteer lives there, oldest first."""
    rows = [row for row in desk.children(VolunteerFact, volunteer_id) if row.name == HOUSEHOLD]
    found = [(row.from_day, json.loads(row.value_json)) for row in sorted(rows, key=lambda row: row.from_day)]
    return [(day, code if isinstance(code, str) else "") for day, code in found]
