"""Rules between text and meaning: which kind each is, and in which order they can be built.

Parameters read nothing; measures read parameters; streaks and shares read measures; other rules read all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from points_engine.rulebook import notation
from points_engine.rulebook.formulas import DERIVED, measure_unit
from points_engine.rulebook.kinds import Measure, Parameter, Place, Rule, Text
from points_engine.rulebook.parameters import unit_of_parameter
from points_engine.rulebook.problems import Problem, check_room, problem
from points_engine.rulebook.reader import Listing, Node, Scalar, Table
from points_engine.rulebook.schema import COMMON, SCHEMA
from points_engine.rulebook.shapes import Desk, read_table
from points_engine.rulebook.vocabulary import ANY


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rule whose kind and id are known and whose keys are still raw."""

    kind: str
    id: str
    table: Table


def rules_of(files: list[Node], problems: list[Problem]) -> dict[str, Rule]:
    """Every rule by id in reading order; built in the order in which they may read one another, see `_phase_of`."""
    drafts = [draft for tree in files for draft in _drafts_of(tree, problems)]
    heads: dict[str, tuple[str, Place]] = {}
    for draft in drafts:
        if draft.id in heads:
            at = draft.table.entries[draft.kind][1].place
            problems.append(problem(at, "duplicate_id", draft.id, first=heads[draft.id][1]))
        else:
            heads[draft.id] = (draft.kind, draft.table.entries[draft.kind][1].place)
    scope = {rule_id: ANY for rule_id, (kind, _) in heads.items() if kind in ("parameter", "measure")}
    built: dict[str, Rule] = {}
    for phase in range(4):
        for draft in drafts:
            if _phase_of(draft) != phase:
                continue
            rule = _rule_of(draft, Desk(scope, heads, problems, rule_id=draft.id))
            if rule is not None:
                built[draft.id] = rule
        scope |= {rule_id: _unit_of(rule) for rule_id, rule in built.items() if rule_id in scope}
    return {rule_id: built[rule_id] for rule_id in heads if rule_id in built}


def _phase_of(draft: _Draft) -> int:
    """Parameters read nothing; measures read parameters; streaks and shares read measures; other rules read all."""
    if draft.kind != "measure":
        return 0 if draft.kind == "parameter" else 3
    fold = draft.table.entries.get("fold")
    is_derived = fold is not None and isinstance(fold[1], Scalar) and fold[1].text in DERIVED
    return 2 if is_derived else 1


def _unit_of(rule: Rule) -> str:
    if isinstance(rule, Parameter):
        return unit_of_parameter(rule.measured_in, rule.of)
    assert isinstance(rule, Measure), rule
    return measure_unit(rule.fold, rule.of)


def _drafts_of(tree: Node, problems: list[Problem]) -> Iterator[_Draft]:
    if not isinstance(tree, Listing):
        problems.append(problem(tree.place, "not_a_list", what="a rule file"))
        return
    for item in tree.items:
        check_room(problems)
        if not isinstance(item, Table):
            problems.append(problem(item.place, "not_a_mapping", what="a rule"))
            continue
        draft = _draft_of(item, problems)
        if draft is not None:
            yield draft


def _draft_of(table: Table, problems: list[Problem]) -> _Draft | None:
    """The kind is the key that names a kind of rule; where there is none, the first key is taken for a misspelt one.

    `measure` is also a key of `approve`: the kind is the one to which all the others belong.
    """
    kinds = [key for key in table.entries if key in SCHEMA]
    if not kinds:
        problems.append(_without_kind(table))
        return None
    whole_rules = [kind for kind in kinds if all(other in _own(kind) for other in kinds if other != kind)]
    if len(whole_rules) != 1:
        at = table.entries[kinds[1]][0].place
        problems.append(problem(at, "two_kinds", kinds[1], kinds=", ".join(kinds)))
        return None
    kind = whole_rules[0]
    named_by = table.entries[kind][1]
    rule_id = named_by.text if isinstance(named_by, Scalar) else ""
    if not notation.is_id(rule_id):
        problems.append(problem(named_by.place, "bad_id", rule_id))
        return None
    if rule_id in notation.RESERVED:
        problems.append(problem(named_by.place, "reserved_id", rule_id))
        return None
    return _Draft(kind, rule_id, table)


_COMMON_KEYS = frozenset(key.name for key in COMMON)


def _own(kind: str) -> frozenset[str]:
    return frozenset(key.name for key in SCHEMA[kind].keys)


def _without_kind(table: Table) -> Problem:
    for key, _ in table.entries.values():
        if key.text not in _COMMON_KEYS:
            return problem(key.place, "unknown_kind", key.text, among=SCHEMA)
    return problem(table.place, "no_kind")


def _rule_of(draft: _Draft, desk: Desk) -> Rule | None:
    kind = SCHEMA[draft.kind]
    entries = {name: entry for name, entry in draft.table.entries.items() if name != draft.kind}
    table = Table(entries, draft.table.place)
    before = len(desk.problems)
    read_table(table, kind.keys, desk, draft.kind, fields=desk.fields)
    if kind.check is not None:
        kind.check(table, desk.fields, desk)
    if len(desk.problems) > before:
        return None
    words = notation.words_of(draft.id)
    return kind.build(id=draft.id, place=draft.table.place, **{"title": Text(words, words), **desk.fields})
