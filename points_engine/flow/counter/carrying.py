"""Stock carried from shelf to shelf: two linked moves, so that each shelf's book adds up and the total stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, SoldOut, WrongOutlet
from points_engine.flow import shapes
from points_engine.flow.counter.shelves import left_on, opened
from points_engine.flow.counter.stock import check_has_shelf, check_partner, the_reward
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Outlet, Shelf, StockMove
from points_engine.flow.notes import keep_note
from points_engine.flow.rules import rule_needs
from points_engine.flow.wire import ERASABLE
from points_engine.limits import STOCK_MAX
from points_engine.rulebook.kinds import Reward


@dataclass(frozen=True, slots=True)
class CarryStock:
    """Items go from the shelf of one outlet to that of another; an empty outlet is the shelf that all have in common.

    That is how what lay in common is handed out once the rules give each outlet a stock of its own, and how it comes
    together again.
    """

    scheme: str
    reward: str
    items: int
    from_outlet: str
    to_outlet: str
    reason: str = field(default="", metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("scheme", self.scheme)
        shapes.code("reward", self.reward)
        shapes.whole("items", self.items, 1, STOCK_MAX)
        shapes.optional_code("from_outlet", self.from_outlet)
        shapes.optional_code("to_outlet", self.to_outlet)
        if self.from_outlet == self.to_outlet:
            raise InvalidValue(field="to_outlet", value=self.to_outlet or "—", expected=Both("another", "另一兑换点"))
        shapes.text("reason", self.reason)


def carry_needs(command: CarryStock, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    for outlet in (command.from_outlet, command.to_outlet):
        if outlet:
            yield OneRow(Outlet, (outlet,))
        yield OneRow(Shelf, (command.scheme, command.reward, outlet))


def carry_stock(command: CarryStock, desk: Desk) -> dict[str, Any]:
    """Write down that items went from one shelf to another.

    Raises, first that applies: NotFound (scheme), NoPackInForce, RewardNotOffered (no such reward), NotFound (outlet),
    WrongOutlet (one does not belong to the partner; or items would come where the reward has no shelf),
    OutletRequired (items would come on a common shelf, where each outlet has its own), SoldOut (fewer can be promised).
    """
    reward = the_reward(desk, command.scheme, command.reward)
    if command.from_outlet:
        check_partner(desk, reward, command.from_outlet)
    _check_comes_to(desk, reward, command.to_outlet)
    there = desk.find(Shelf, command.scheme, command.reward, command.from_outlet)
    available = left_on(reward, there, command.from_outlet) or 0
    if available < command.items:
        raise SoldOut(required=command.items, available=available)

    # Nothing below this line may refuse.
    note = keep_note(desk, command.reason) if command.reason else ""
    left = opened(desk, command.scheme, reward, command.from_outlet)
    arrived = opened(desk, command.scheme, reward, command.to_outlet)
    carried = desk.make_id()
    for identity, shelf, change in ((carried, left, -command.items), (desk.make_id(), arrived, command.items)):
        assert shelf.available is not None, "a shelf that was opened has a number"
        desk.put(replace(shelf, available=shelf.available + change))
        desk.put(
            StockMove(
                identity, command.scheme, command.reward, shelf.outlet, "carried", change, note, desk.now,
                shelf.outlet, carried,
            )
        )  # fmt: skip
    return {
        "move": carried,
        "reward": command.reward,
        "carried": command.items,
        "left": _now(desk, left),
        "arrived": _now(desk, arrived),
    }


def _check_comes_to(desk: Desk, reward: Reward, outlet: str) -> None:
    """Whether items of a reward can come to a shelf: an outlet's own, or the common one, as the rules have it today.

    Raises, first that applies: NotFound, WrongOutlet, OutletRequired.
    """
    if reward.has_shelves:
        check_has_shelf(desk, reward, outlet)
    elif outlet:
        check_partner(desk, reward, outlet)
        raise WrongOutlet(outlet=outlet)


def _now(desk: Desk, shelf: Shelf) -> dict[str, Any]:
    """What lies on a shelf after the command."""
    after = desk.find(Shelf, shelf.scheme, shelf.reward, shelf.outlet)
    assert after is not None, "a shelf does not go"
    assert after.available is not None, "a shelf that was opened has a number"
    return {"outlet": after.outlet, "available": after.available, "on_shelf": after.available + after.held}
