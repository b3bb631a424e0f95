"""A version made of another one by exchanging rules: what an administrator changes without writing YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from points_engine import canonical
from points_engine.rulebook.loading import PACK_FILE, pack_from_canonical
from points_engine.rulebook.pack import Pack

Plain = Mapping[str, Any]
"""A rule as a pack's canonical text holds it: texts, lists and mappings, under the keys of the format."""


def written(text: str, kind: str) -> dict[str, Plain]:
    """The rules of a kind, by id, as a canonical text writes them."""
    return {
        item[kind]: item
        for name, items in canonical.parsed(text).items()
        for item in (items if name != PACK_FILE else ())
        if kind in item
    }


def amended(text: str, rules: Iterable[tuple[str, Plain]], file: str) -> Pack:
    """The pack of a canonical text with these rules, each with its kind, instead of those under the same ids.

    A rule that is new stands at the end of `file`, which is made where it is not there.  Raises PackProblems.
    """
    files = canonical.parsed(text)
    for kind, rule in rules:
        if not _replaced(files, kind, rule):
            files.setdefault(file, []).append(dict(rule))
    return pack_from_canonical(canonical.text(files))


def _replaced(files: dict[str, Any], kind: str, rule: Plain) -> bool:
    for name, items in files.items():
        for place, item in enumerate(items if name != PACK_FILE else ()):
            if item.get(kind) == rule[kind]:
                items[place] = dict(rule)
                return True
    return False
