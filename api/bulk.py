"""Requests that carry many items: each item has its own outcome, and none fails its neighbours.

The key of an item is the request's Idempotency-Key and its place, so that the whole request may be sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from api.expectations import expected, stated
from api.gateway import Write
from api.problems import Problem, language_of, problem
from api.told import Told
from points_engine.errors import EngineError, InvalidValue
from points_engine.flow.outcomes import Outcome
from points_engine.flow.steps import Command


class ItemOutcome(Told):
    """What became of one item. `accepted` says in `result` what was done; otherwise `problem` says why not.

    A `fault` may be tried again with the same key; a `refused` item changed nothing.
    """

    index: int = Field(description="place of the item in the request, from 0", examples=[0])
    status: Literal["accepted", "refused", "fault"] = Field(examples=["accepted"])
    replayed: bool = Field(False, description="the item had been accepted before: this is the first outcome")
    result: dict[str, Any] | None = Field(
        None, examples=[{"fact": "20261120010000-9a3a5cf2f3a0f6b3a7d1", "service_minutes": 130, "minutes": 130}]
    )
    problem: Problem | None = None


class ItemOutcomes(Told):
    """The outcomes of all items, in their order, and how many there are of each kind."""

    accepted: int = Field(description="of these, `replayed` had been accepted before", examples=[1])
    replayed: int = Field(examples=[0])
    refused: int = Field(examples=[0])
    faults: int = Field(examples=[0])
    items: list[ItemOutcome]


@dataclass(frozen=True, slots=True)
class Malformed:
    """An item that is not what was asked for; `refusal` names the field."""

    refusal: InvalidValue


def _set_aside(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError as error:
        first, *_ = error.errors()
        place = ".".join(str(part) for part in first["loc"]) or "item"
        return Malformed(InvalidValue(field=place, value=stated(first), expected=expected(first)))


M = TypeVar("M", bound=BaseModel)

if TYPE_CHECKING:

    class Item(Generic[M]):
        """`Item[Model]`: a `Model`, or a `Malformed` in its place."""

else:

    class Item:
        """`Item[Model]`: a `Model`, or a `Malformed` in its place."""

        def __class_getitem__(cls, model: type[BaseModel]) -> Any:
            return Annotated[model, WrapValidator(_set_aside)]


Plan = Command | EngineError
"""What is to be done for one item: a command, or the reason why there is none."""


class BulkWriter:
    """Submits the commands of one request's items, and tells what became of each."""

    def __init__(self, write: Write, request: Request) -> None:
        self._write, self._language, self._instance = write, language_of(request), request.url.path

    async def submit(self, plans: Sequence[Plan], principal: str, keys: Sequence[str] = ()) -> ItemOutcomes:
        """Carry out what is planned; `keys` are those of the items, where they have keys of their own.

        Raises: InvalidValue (a key is too long), Overloaded (nothing was taken).
        """
        commands: dict[int, tuple[str, Command]] = {}
        outcomes: dict[int, Outcome] = {}
        for place, plan in enumerate(plans):
            if isinstance(plan, EngineError):
                outcomes[place] = Outcome("refused", error=plan)
            else:
                commands[place] = (keys[place] if keys else f":{place}", plan)
        done = await self._write.submit_all(list(commands.values()), principal)
        outcomes |= dict(zip(commands, done, strict=True))
        return self.told([outcomes[place] for place in range(len(plans))])

    def told(self, outcomes: Sequence[Outcome]) -> ItemOutcomes:
        """The outcomes as callers get them."""
        items = [self._item(place, outcome) for place, outcome in enumerate(outcomes)]
        return ItemOutcomes(
            accepted=sum(each.status == "accepted" for each in items),
            replayed=sum(each.replayed for each in items),
            refused=sum(each.status == "refused" for each in items),
            faults=sum(each.status == "fault" for each in items),
            items=items,
        )

    def _item(self, place: int, outcome: Outcome) -> ItemOutcome:
        if outcome.error is None:
            return ItemOutcome(index=place, status="accepted", replayed=outcome.replayed, result=dict(outcome.result))
        why = problem(outcome.error, self._language, f"{self._instance}#{place}")
        return ItemOutcome(index=place, status=outcome.status, problem=Problem.model_validate(why))


async def bulk_writer(write: Write, request: Request) -> BulkWriter:
    """The writer of this request's items."""
    return BulkWriter(write, request)


WriteAll = Annotated[BulkWriter, Depends(bulk_writer)]


def planned(item: Any, make: Any) -> Plan:
    """The command that `make` makes of an item, or why there is none."""
    if isinstance(item, Malformed):
        return item.refusal
    try:
        command: Plan = make(item)
    except EngineError as refusal:
        return refusal
    return command
