"""What a fold is made of: whose service is folded together, their facts, and the awards that stand for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from points_engine.flow.desk import Children, Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Award, Fact, Lapse, Person, Scheme, TierHeld, Volunteer
from points_engine.flow.people.households import company_needs, is_household, members_of, subject_at
from points_engine.flow.people.lookup import subject
from points_engine.flow.rules import rule_history
from points_engine.flow.service.lateness import BEGINNING, Order
from points_engine.flow.service.occasions import occasion
from points_engine.flow.service.totals import said_by_totals
from points_engine.ledger import amounts
from points_engine.rulebook.fold import share_grants
from points_engine.rulebook.occasions import Occasion, Subject

IN_FORCE = ("recorded", "approved")


def purse_needs(scheme: str, volunteer_id: str) -> Iterator[Need]:
    """The accounts that the points of a volunteer come to and are taken back from."""
    asset = amounts.points(scheme)
    yield OneAccount(amounts.volunteer(volunteer_id), amounts.MINUTES)
    for part in ("", "held", "donate_only", "debt"):
        yield OneAccount(amounts.volunteer(volunteer_id, part), asset)


def household_fold_needs(desk: Desk, scheme: str, subject_id: str) -> Iterator[Need]:
    """What folding a household again reads besides its facts: its members, what they have, and what has expired."""
    if not is_household(subject_id):
        return
    company = list(company_needs(desk, subject_id))
    yield from company
    if not desk.missing(company):
        for member in members_of(desk, subject_id):
            yield from purse_needs(scheme, member)
            yield Children(TierHeld, (member,))
            yield Children(Lapse, (scheme, member))


def known_to_rules(desk: Desk, subject_id: str, members: Sequence[str]) -> Subject:
    """The subject of a fold as the rules see it: a volunteer, or a household with what is known about `members`."""
    if not is_household(subject_id):
        return subject(desk, _volunteer(desk, subject_id))
    return Subject(subject_id, members={member: subject(desk, _volunteer(desk, member)) for member in members})


def occasion_of(desk: Desk, scheme: Scheme, fact: Fact, subject_id: str) -> Occasion:
    """A fact as an occasion of the fold of `subject_id` in a scheme."""
    member = fact.volunteer_id if is_household(subject_id) else ""
    return occasion(desk, fact, said_by_totals(fact, scheme.code), member)


def occasions_of(
    desk: Desk, scheme: Scheme, subject_id: str, facts: Mapping[str, Fact]
) -> tuple[Subject, tuple[Occasion, ...]]:
    """The subject of a fold and the occasions to fold, in their order, each with the grants of its scope."""
    person = known_to_rules(desk, subject_id, members_of(desk, subject_id))
    found = sorted((occasion_of(desk, scheme, fact, subject_id) for fact in facts.values()), key=attrgetter("order"))
    return person, share_grants(rule_history(desk, scheme.code), person, found)


def facts_since(
    desk: Desk, scheme: Scheme, subject_id: str, last: Order | None
) -> tuple[dict[str, Fact], dict[str, Award | None]]:
    """The facts in force after `last` (all where it is None) that are folded under a subject, and the standing award
    of every fact there, also of those that are no longer in force."""
    since = BEGINNING if last is None else last[0]
    members = members_of(desk, subject_id)
    desk.require([Children(kind, (member,), since) for member in members for kind in (Fact, Award)])
    first_day = rule_history(desk, scheme.code).versions[0][0]
    facts: dict[str, Fact] = {}
    standing: dict[str, Award | None] = {}
    for member in members:
        awards = {
            award.fact_id: award for award in desk.children(Award, member, since=since) if award.scheme == scheme.code
        }
        for fact in desk.children(Fact, member, since=since):
            if last is not None and (fact.start, fact.end, fact.id) <= last:
                continue
            if subject_at(desk, scheme.code, member, fact.start) != subject_id:
                continue
            standing[fact.id] = awards.get(fact.id)
            if fact.state in IN_FORCE and fact.effective_on >= first_day:
                facts[fact.id] = fact
    return facts, standing


def _volunteer(desk: Desk, volunteer_id: str) -> Volunteer:
    desk.require([OneRow(Volunteer, (volunteer_id,)), OneRow(Person, (volunteer_id,))])
    volunteer = desk.find(Volunteer, volunteer_id)
    assert volunteer is not None, "a fold is of somebody"
    return volunteer
