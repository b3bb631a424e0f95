"""Small packs as YAML texts, for tests of the reader, the loader and the lint."""

from __future__ import annotations

from pathlib import Path

from points_engine.rulebook.loading import pack_from_texts
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.problems import PackProblems, Problem

RULES = Path(__file__).parents[2] / "rules"

PACK = """
scheme: test
title: {zh: 试, en: Test}
points: {name: {zh: 分, en: points}, scale: 0}
issuer: {zh: 街道, en: Street}
document: 1
demonstration: true
effective_on: 2019-07-01
time_zone: Asia/Shanghai
funds: {community: {zh: 社区基金, en: Community fund}}
partners: {shop: {zh: 店, en: Shop}}
"""

NEVER = "- expiry: never\n  ends: never\n"


def a_pack(rules: str = "", pack: str = PACK) -> Pack:
    """The pack with these rules, in a file `rules.yaml`."""
    return pack_from_texts({"pack.yaml": pack, "rules.yaml": rules or NEVER})


def problems_of(rules: str = "", pack: str = PACK) -> tuple[Problem, ...]:
    """What keeps it from loading; nothing where it loads."""
    try:
        a_pack(rules, pack)
    except PackProblems as found:
        return found.problems
    return ()
