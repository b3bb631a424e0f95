"""Gates: which of many rules apply here, with the conditions of all of them in one piece of generated code.

A gate answers exactly what the rules would answer one after another: `applies` of a standpoint is the law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.kinds import Rule
from points_engine.rulebook.together import Together, compile_together
from points_engine.rulebook.watching import is_watched

if TYPE_CHECKING:
    from points_engine.rulebook.plans import Clause
    from points_engine.rulebook.standpoints import Standpoint

K = TypeVar("K", bound=Rule)

LEAST = 3
"""Rules with conditions for which one function for all of them is made; fewer are asked one by one."""


class Gate(Generic[K]):
    """The rules of one stage, in order.  Conditions that read a measure are asked one by one: a measure is lazy."""

    __slots__ = ("_is_compiled", "_places", "asked", "clauses", "conditions", "order")

    def __init__(self, clauses: Sequence[Clause[K]]) -> None:
        self.clauses = tuple(clauses)
        self.conditions: list[CompiledExpression] = []
        spans: list[tuple[int, int] | None] = []
        for clause in self.clauses:
            begin = len(self.conditions)
            if clause.when and not any(reading.measures for reading in clause.when):
                expressions = [reading.expression for reading in clause.when]
                self.conditions += [each for each in expressions if isinstance(each, CompiledExpression)]
                spans.append((begin, len(self.conditions)))
            else:
                spans.append(None)
        self._is_compiled = len(self.conditions) >= LEAST
        self.asked: Together = self._one_by_one
        """What each of `conditions` is over known values, as `order` has them: true, false or UNKNOWN."""
        order: tuple[int, ...] = tuple(range(len(self.conditions)))
        if self._is_compiled:
            self.asked, order = compile_together([each.tree for each in self.conditions], self.conditions)
        self.order = order
        self._places = [None if span is None else tuple(order.index(at) for at in range(*span)) for span in spans]

    def _one_by_one(self, values: Mapping[str, object]) -> tuple[object, ...]:
        return tuple(condition(values) for condition in self.conditions)

    def open_for(self, here: Standpoint) -> Iterator[Clause[K]]:
        """The clauses that apply, in order."""
        if not self._is_compiled or is_watched():
            yield from (clause for clause in self.clauses if here.applies(clause))
            return
        answers = self.asked(here.values)
        for clause, place in zip(self.clauses, self._places, strict=True):
            if place is None:
                if here.applies(clause):
                    yield clause
            elif _all_true(answers, place) and here.is_dated_for(clause):
                yield clause


def _all_true(answers: tuple[object, ...], places: tuple[int, ...]) -> bool:
    return all(answers[place] is True for place in places)
