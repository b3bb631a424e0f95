"""What a draw gives out is kept aside for it: items off a reward's shelf, seats of an activity.

On the shelf they count as set aside, as those of open holds do; at the activity as taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from points_engine.bilingual import Both
from points_engine.errors import ActivityFull, InvalidValue, NotFound, RewardNotOffered, WrongState
from points_engine.flow.counter.shelves import check_shelf, left_on, opened
from points_engine.flow.counter.stock import check_has_shelf
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Activity, Draw, Seats, Shelf
from points_engine.flow.rules import pack_of
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack


def kept_needs(desk: Desk, code: str) -> Iterator[Need]:
    """A draw (locked), and the shelf or the seats that it keeps its places on."""
    yield OneRow(Draw, (code,))
    draw = desk.peek(Draw, code)
    if draw is not None:
        yield where(draw.purpose, draw.scheme, draw.about, draw.outlet)


def where(purpose: str, scheme: str, about: str, outlet: str) -> Need:
    """The row that places are kept on."""
    return OneRow(Shelf, (scheme, about, outlet)) if purpose == "reward" else OneRow(Seats, (about,))


def check_there(desk: Desk, pack: Pack, purpose: str, about: str, outlet: str, places: int) -> bool:
    """Whether so many places can be kept aside; answers whether there is a bound to keep them from.

    Raises, first that applies: InvalidValue (an outlet, where none has a stock of its own), RewardNotOffered, NotFound
    (outlet), WrongOutlet, OutletRequired, SoldOut; NotFound (activity), WrongState (cancelled), ActivityFull.
    """
    if purpose == "reward":
        reward = pack.rules.get(about)
        if not isinstance(reward, Reward):
            raise RewardNotOffered(reward=about)
        if reward.has_shelves:
            check_has_shelf(desk, reward, outlet)
        elif outlet:
            raise _no_outlet(outlet)
        shelf = check_shelf(desk, pack.scheme, reward, outlet, places)
        return left_on(reward, desk.find(Shelf, pack.scheme, about, shelf), shelf) is not None
    if outlet:
        raise _no_outlet(outlet)
    activity, seats = desk.find(Activity, about), desk.find(Seats, about)
    if activity is None or seats is None:
        raise NotFound(what="activity", code=about)
    if activity.state == "cancelled":
        raise WrongState(state=activity.state, action="open")
    if seats.capacity is not None and seats.capacity - seats.taken < places:
        raise ActivityFull(capacity=seats.capacity)
    return seats.capacity is not None


def _no_outlet(outlet: str) -> InvalidValue:
    nothing = Both("nothing: no outlet has a stock of its own", "留空：库存不按兑换点分设")
    return InvalidValue(field="outlet", value=outlet, expected=nothing)


def keep(desk: Desk, draw: Draw, places: int) -> None:
    """Keep places aside (some come back where `places` is below 0)."""
    if not draw.stocked or not places:
        return
    if draw.purpose == "reward":
        reward = pack_of(desk, draw.pack).rules[draw.about]
        assert isinstance(reward, Reward), "a draw is of a reward"
        shelf = opened(desk, draw.scheme, reward, draw.outlet)
        assert shelf.available is not None, "a shelf that was opened has a number"
        desk.put(replace(shelf, available=shelf.available - places, held=shelf.held + places))
        return
    seats = desk.find(Seats, draw.about)
    assert seats is not None, "an activity has its seats"
    desk.put(replace(seats, taken=seats.taken + places))
