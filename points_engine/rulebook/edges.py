"""Edges: every threshold of a pack, and which sides of each the examples have shown.

The runner of examples hands over the traces of its decisions; `shown_by` reads from them what stood on either side.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from points_engine.rulebook.expressions import CompiledExpression, compile_expression
from points_engine.rulebook.kinds import Approve, Award, Cap, Convert, Number, Place, Reward, Rule, Text
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of
from points_engine.rulebook.standpoints import EPOCH
from points_engine.rulebook.traces import number
from points_engine.rulebook.trees import Binary, Tree, constant_of, parts
from points_engine.rulebook.vocabulary import BOOLEAN, FACTS

Side: TypeAlias = Literal["below", "at", "above"]

COMPARISONS = frozenset({"<", "<=", ">", ">="})
_MINUTES = compile_expression("record.minutes")
"""What a table of steps is read by where it names nothing else."""

MOST = "most"
"""The key of a cap's edge."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One threshold: in which rule, where it stands, how it reads, and which two examples show it.

    `key` is what a `Shown` names it by.  A value at the bound and one on the `other` side tell a `<=` from a `<`; of a
    cap, an example that it cuts and one that it leaves alone.
    """

    rule_id: str
    key: str
    place: Place
    source: str
    other: Side
    near: frozenset[Side] = frozenset({"at"})
    left: CompiledExpression | None = None
    right: CompiledExpression | Number | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An example in which a value stood against an edge's bound."""

    rule_id: str
    key: str
    value: Number
    bound: Number

    @property
    def side(self) -> Side:
        """On which side of the bound the value stood."""
        return "at" if self.value == self.bound else "below" if self.value < self.bound else "above"


def edges_of(pack: Pack) -> tuple[Edge, ...]:
    """Every comparison with a threshold, every cap, and every step of a table, in reading order."""
    return tuple(edge for rule in pack.rules.values() for edge in _edges(rule))


def _edges(rule: Rule) -> Iterator[Edge]:
    for expression in expressions_of(rule):
        for tree in _comparisons(expression.tree):
            yield _comparison(rule, expression, tree)
    if isinstance(rule, Cap) and rule.most is not None:
        yield Edge(rule.id, MOST, rule.most.place, rule.most.source, "above", frozenset({"at", "below"}))
    for limit in rule.limits if isinstance(rule, Reward) else ():
        if limit.most is not None:
            yield Edge(limit.id, MOST, limit.most.place, limit.most.source, "above", frozenset({"at", "below"}))
    if isinstance(rule, Approve):
        for step in rule.steps:
            if step.upto is not None:
                yield _row(rule, step.upto, "above", rule.measure)
    if isinstance(rule, Award):
        rows, by = (rule.steps, rule.steps_by or _MINUTES) if rule.steps else (rule.bands, rule.bands_by)
        for row in rows:
            if row.least != 0:
                yield _row(rule, row.least, "below", by)
    if isinstance(rule, Convert):
        bounds = (*(step.least for step in rule.steps), *((rule.least,) if rule.least is not None else ()))
        for bound in bounds:
            yield _row(rule, bound, "below", None)
        if rule.most is not None:
            yield _row(rule, rule.most, "above", None)


def _row(rule: Rule, bound: object, other: Side, by: object) -> Edge:
    place = getattr(bound, "place", rule.place)
    source = str(getattr(bound, "source", bound))
    left = by if isinstance(by, CompiledExpression) else None
    right = bound if isinstance(bound, (CompiledExpression, int, Fraction)) else None
    return Edge(rule.id, source, place, source, other, left=left, right=right)


def _comparisons(tree: Tree) -> Iterator[Binary]:
    if isinstance(tree, Binary) and tree.operator in COMPARISONS and constant_of(tree) is None:
        yield tree
    for part in parts(tree):
        yield from _comparisons(part)


def _comparison(rule: Rule, expression: CompiledExpression, tree: Binary) -> Edge:
    """`a >= b` holds at b, so the other example is below it; `a < b` does not, and holds below."""
    whole = expression.part(tree, BOOLEAN)
    left, right = expression.part(tree.left, ""), expression.part(tree.right, "")
    other: Side = "below" if tree.operator in (">=", "<") else "above"
    return Edge(rule.id, whole.source, whole.place, whole.source, other, left=left, right=right)


def shown_in(pack: Pack, values: Mapping[str, object]) -> frozenset[Shown]:
    """What values that rules read show; a comparison one of whose values is not among them shows nothing."""
    return frozenset(one for edge in edges_of(pack) for one in _from_values(edge, values))


class EdgeWatch:
    """A watcher of rules that are asked: where values stood against the edges of some packs."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.shown: dict[str, set[Shown]] = {}  # by scheme
        self._edges: dict[str, list[tuple[str, Edge]]] = {}
        for pack in packs:
            self.shown.setdefault(pack.scheme, set())
            for edge in edges_of(pack):
                self._edges.setdefault(edge.rule_id, []).append((pack.scheme, edge))

    def __call__(self, rule_id: str, values: Mapping[str, object]) -> None:
        """Keep what these values show of the rule's edges."""
        for scheme, edge in self._edges.get(rule_id, ()):
            self.shown[scheme].update(_from_values(edge, values))


def shown_by(pack: Pack, traces: Iterable[str]) -> frozenset[Shown]:
    """What decisions have shown of a pack's edges: from the values in their traces, the steps of caps and refusals."""
    known = edges_of(pack)
    found: set[Shown] = set()
    for text in traces:
        trace = json.loads(text)
        if trace.get("scheme", pack.scheme) == pack.scheme:
            values = _values(pack, trace)
            found |= {one for edge in known for one in _from_values(edge, values)}
            found |= {one for edge in known for one in _from_steps(edge, trace)}
            found |= {one for edge in known for one in _from_conversion(edge, trace, values)}
            found |= {*_from_reasons(pack, trace)}
    return frozenset(found)


def _values(pack: Pack, trace: Mapping[str, object]) -> dict[str, object]:
    """The facts and parameters of a trace as the rules read them."""
    values: dict[str, object] = {}
    facts, parameters = trace.get("facts"), trace.get("parameters")
    for name, value in facts.items() if isinstance(facts, dict) else ():
        values[name] = _read(value, name)
    for name, cited in parameters.items() if isinstance(parameters, dict) else ():
        values[name] = _exact(cited.get("value") if isinstance(cited, dict) else cited)
    return values


def _read(value: object, name: str) -> object:
    if FACTS.get(name) and FACTS[name].type == "date":
        return date.fromisoformat(str(value))
    return tuple(value) if isinstance(value, list) else _exact(value)


def _exact(value: object) -> object:
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    try:
        return number(value)
    except ValueError:
        return value


def _from_values(edge: Edge, values: Mapping[str, object]) -> Iterator[Shown]:
    if edge.left is None or edge.right is None:
        return
    sides = [side for side in (edge.left, edge.right) if isinstance(side, CompiledExpression)]
    if all(side.names <= values.keys() for side in sides):
        bound = edge.right(values) if isinstance(edge.right, CompiledExpression) else edge.right
        yield from _pair(edge, edge.left(values), bound)


def _pair(edge: Edge, value: object, bound: object) -> Iterator[Shown]:
    """Days are compared by their numbers."""
    left, right = _counted(value), _counted(bound)
    if left is not None and right is not None:
        yield Shown(edge.rule_id, edge.key, left, right)


def _counted(value: object) -> Number | None:
    if isinstance(value, date):
        return value.toordinal() - EPOCH.toordinal()
    return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None


def _from_steps(edge: Edge, trace: Mapping[str, Any]) -> Iterator[Shown]:
    """A cap that cut an amount was exceeded; one that let all of it through was not."""
    if edge.key != MOST:
        return
    for step in trace.get("steps", ()):
        if step[1] == edge.rule_id and step[0] in ("cap_time", "cap_amount"):
            cut = number(step[2]) - number(step[3])
            yield Shown(edge.rule_id, edge.key, cut, 0)
        if step[1] == edge.rule_id and step[0] == "cap_times":
            yield Shown(edge.rule_id, edge.key, number(step[2]) + 1, number(step[3]))
            return
    if edge.rule_id in _rules_of(trace) and not any(step[1] == edge.rule_id for step in trace.get("steps", ())):
        yield Shown(edge.rule_id, edge.key, 0, 1)  # a limit of times that let the occasion pass


def _from_conversion(edge: Edge, trace: Mapping[str, Any], values: Mapping[str, object]) -> Iterator[Shown]:
    """The points of a window of earning against the bounds and the table of a conversion."""
    for step in trace.get("steps", ()):
        if step[0] == "convert" and step[1] == edge.rule_id and edge.left is None and edge.right is not None:
            bound = edge.right(values) if isinstance(edge.right, CompiledExpression) else edge.right
            yield from _pair(edge, number(step[2]), bound)


def _rules_of(trace: Mapping[str, Any]) -> set[str]:
    return {used["id"] for used in trace.get("rules", ())}


def _from_reasons(pack: Pack, trace: Mapping[str, object]) -> Iterator[Shown]:
    """A requirement that refused names what was required and what there was."""
    reasons = trace.get("reasons")
    for reason in reasons if isinstance(reasons, list) else ():
        if len(reason) > REASON_WITH_NUMBERS:
            required, available = _counted(_exact(reason[3])), _counted(_exact(reason[4]))
            if required is not None and available is not None:
                yield from shown_by_refusal(pack, str(reason[1]), required, available)


REASON_WITH_NUMBERS = 4
"""`[kind, rule, requirement, required, available, …]`; a shorter reason compares nothing."""


def shown_by_refusal(pack: Pack, rule_id: str, required: Number, available: Number) -> Iterator[Shown]:
    """What a refusal with its numbers shows, where the rule that refused has one threshold only."""
    edges = [edge for edge in edges_of(pack) if edge.rule_id == rule_id]
    if len(edges) == 1:
        yield Shown(rule_id, edges[0].key, available, required)


def sides_shown(edge: Edge, shown: Iterable[Shown]) -> frozenset[Side]:
    """The sides of an edge on which an example stood."""
    return frozenset(one.side for one in shown if (one.rule_id, one.key) == (edge.rule_id, edge.key))


def missing_sides(edge: Edge, shown: Iterable[Shown]) -> tuple[Side, ...]:
    """The sides of an edge on which no example stood: the other side, and at the bound (or near it)."""
    sides = sides_shown(edge, shown)
    other = () if edge.other in sides else (edge.other,)
    return other if edge.near & sides else (*other, min(edge.near))


def side_words(side: Side) -> Text:
    """How a side is called."""
    return {
        "below": Text("低于界限", "below the bound"),
        "at": Text("正好在界限上", "exactly at the bound"),
        "above": Text("高于界限", "above the bound"),
    }[side]
