"""What a draw gives out is kept aside for it: items off a reward's shelf, seats of an activity.

On the shelf they count as set aside, as those of open holds do; at the activity as taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from points_engine.errors import ActivityFull, NotFound, RewardNotOffered, SoldOut, WrongState
from points_engine.flow.counter.stock import opened
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
        yield where(draw.purpose, draw.scheme, draw.about)


def where(purpose: str, scheme: str, about: str) -> Need:
    """The row that places are kept on."""
    return OneRow(Shelf, (scheme, about)) if purpose == "reward" else OneRow(Seats, (about,))


def check_there(desk: Desk, pack: Pack, purpose: str, about: str, places: int) -> bool:
    """Whether so many places can be kept aside; answers whether there is a bound to keep them from.

    Raises, first that applies: RewardNotOffered, SoldOut; NotFound (activity), WrongState (cancelled), ActivityFull.
    """
    if purpose == "reward":
        reward = pack.rules.get(about)
        if not isinstance(reward, Reward):
            raise RewardNotOffered(reward=about)
        shelf = desk.find(Shelf, pack.scheme, about)
        available = reward.stock if shelf is None else shelf.available
        if available is not None and available < places:
            raise SoldOut(required=places, available=available)
        return available is not None
    activity, seats = desk.find(Activity, about), desk.find(Seats, about)
    if activity is None or seats is None:
        raise NotFound(what="activity", code=about)
    if activity.state == "cancelled":
        raise WrongState(state=activity.state, action="open")
    if seats.capacity is not None and seats.capacity - seats.taken < places:
        raise ActivityFull(capacity=seats.capacity)
    return seats.capacity is not None


def keep(desk: Desk, draw: Draw, places: int) -> None:
    """Keep places aside (some come back where `places` is below 0)."""
    if not draw.stocked or not places:
        return
    if draw.purpose == "reward":
        reward = pack_of(desk, draw.pack).rules[draw.about]
        assert isinstance(reward, Reward), "a draw is of a reward"
        shelf = opened(desk, draw.scheme, draw.about, reward.stock)
        assert shelf.available is not None, "a shelf that was opened has a number"
        desk.put(replace(shelf, available=shelf.available - places, held=shelf.held + places))
        return
    seats = desk.find(Seats, draw.about)
    assert seats is not None, "an activity has its seats"
    desk.put(replace(seats, taken=seats.taken + places))
