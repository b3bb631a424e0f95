"""Groups: awards or factors that do not simply add up; what a group leaves out stands in the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from points_engine.rulebook.cases import Case
from points_engine.rulebook.kinds import Group, Number

T = TypeVar("T")


def first_awards(case: Case) -> None:
    """Of a group that takes the first, the awards behind it earn nothing."""
    ranks = {at: (-_rank(group, case.paying[at].rule.id)) for at, group in _members(case, "first")}
    _keep(case, "first", lambda at: ranks[at])


def best_awards(case: Case) -> None:
    """Of a group that takes the best, only the award with the greatest amount stays; the first of equals."""
    _keep(case, "best", lambda at: case.amounts[at])


def _members(case: Case, combine: str) -> list[tuple[int, Group]]:
    found = ((at, case.plan.groups.get(clause.rule.id)) for at, clause in enumerate(case.paying))
    return [(at, group) for at, group in found if group is not None and group.combine == combine]


def _keep(case: Case, combine: str, worth: Callable[[int], Number]) -> None:
    members = _members(case, combine)
    out: set[int] = set()
    for group in dict.fromkeys(group.id for _, group in members):
        inside = [at for at, each in members if each.id == group]
        if len(inside) > 1:
            kept = max(inside, key=lambda at: (worth(at), -at))
            out |= set(inside) - {kept}
            case.step("group", group, len(inside), 1, case.paying[kept].rule.id)
    if out:
        stays = [at for at in range(len(case.paying)) if at not in out]
        case.paying = [case.paying[at] for at in stays]
        case.earning = [case.earning[at] for at in stays] if case.earning else case.earning
        case.amounts = [case.amounts[at] for at in stays] if case.amounts else case.amounts


def chosen_factors(case: Case, found: Sequence[tuple[str, Number, T]]) -> list[T]:
    """Of the factors that apply (id, multiplier, what goes with it), those that their groups let through."""
    best: dict[str, tuple[Number, str]] = {}
    groups = case.plan.groups
    for rule_id, multiplier, _ in found:
        group = groups.get(rule_id)
        if group is not None and group.combine != "stack":
            worth = multiplier if group.combine == "best" else -_rank(group, rule_id)
            if group.id not in best or worth > best[group.id][0]:
                best[group.id] = (worth, rule_id)
    kept = {rule_id for _, rule_id in best.values()}
    for group_id, (_, rule_id) in best.items():
        inside = sum(1 for each, _, _ in found if groups.get(each) is not None and groups[each].id == group_id)
        if inside > 1:
            case.step("group", group_id, inside, 1, rule_id)
    return [
        what
        for rule_id, _, what in found
        if rule_id in kept or rule_id not in groups or groups[rule_id].combine == "stack"
    ]


def _rank(group: Group, rule_id: str) -> int:
    return group.of.index(rule_id)
