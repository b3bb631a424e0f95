"""Who stands behind a principal: nobody decides about themselves or their household, whatever they act as."""

from __future__ import annotations

from collections.abc import Iterator

from points_engine.bilingual import Both
from points_engine.errors import Forbidden
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Actor, VolunteerFact, VolunteerNumber
from points_engine.flow.people.households import household_on
from points_engine.flow.rules import today


def actor_needs(desk: Desk, *others: str) -> Iterator[Need]:
    """The rows that say who acts, and in which household they and the volunteers `others` (by id) live."""
    yield OneRow(Actor, (desk.principal,))
    number = _acting_number(desk)
    yield OneRow(VolunteerNumber, (number,))
    found = desk.peek(VolunteerNumber, number)
    for volunteer_id in (found.volunteer_id if found is not None else "", *others):
        if volunteer_id:
            yield Children(VolunteerFact, (volunteer_id,))


def acting_volunteer(desk: Desk) -> str:
    """The id of the volunteer who acts, by what a key says or by a principal that is a number; empty where unknown."""
    desk.require([OneRow(Actor, (desk.principal,))])
    found = desk.find(VolunteerNumber, _acting_number(desk))
    return "" if found is None else found.volunteer_id


def is_oneself(desk: Desk, volunteer_id: str) -> bool:
    """Whether who asks is this volunteer, by any of their numbers or by their key."""
    return acting_volunteer(desk) == volunteer_id


def not_oneself(desk: Desk, volunteer_id: str) -> None:
    """Refuse somebody who decides about themselves, or about somebody they live with today.

    Raises: Forbidden.
    """
    acting = acting_volunteer(desk)
    if not acting:
        return
    if acting == volunteer_id:
        raise Forbidden(why=Both("nobody decides about their own record", "不得处理本人的记录"))
    desk.require(actor_needs(desk, volunteer_id))
    day = today(desk)
    ours = household_on(desk, acting, day)
    if ours and ours == household_on(desk, volunteer_id, day):
        raise Forbidden(why=Both("nobody decides about a record of their own household", "不得处理同一家庭成员的记录"))


def _acting_number(desk: Desk) -> str:
    actor = desk.peek(Actor, desk.principal)
    return actor.number if actor is not None else desk.principal.removeprefix("volunteer:")
