"""From a folder of YAML, or from the canonical text of a pack, to a Pack; or every problem at once.

Invariant: `pack_from_canonical(pack.canonical)` equals `pack` and has the same hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from points_engine import canonical
from points_engine.rulebook import notation
from points_engine.rulebook.drafts import rules_of
from points_engine.rulebook.kinds import Place
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.problems import Enough, PackProblems, Problem, problem
from points_engine.rulebook.reader import MOST_BYTES, Listing, Node, from_plain, plain, read_text
from points_engine.rulebook.shapes import (
    BAD,
    Bad,
    Desk,
    Key,
    as_boolean,
    as_sentence,
    as_slug,
    as_text,
    choice,
    named,
    parsed,
    read_table,
    table_of,
    whole,
)  # fmt: skip

PACK_FILE = "pack.yaml"
MOST_FILES = 64
"""Files of one pack."""
MOST_RULES = 6_000
"""Rules of one pack: a long regulation has a hundredth of it."""
MOST_CANONICAL = MOST_FILES * MOST_BYTES
"""Characters of a canonical text: what a folder could hold."""


def load_pack(folder: Path) -> Pack:
    """The pack of a folder: pack.yaml and every other `*.yaml` in name order, but for `examples*.yaml`.

    Raises PackProblems with every problem of every file.
    """
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    paths = sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("examples"))
    for path in paths[: MOST_FILES + 1]:
        if not is_own_file(path):
            problems.append(problem(Place(path.name, 1, 1), "not_a_file", path.name))
            continue
        if path.stat().st_size > MOST_BYTES:
            have, limit = f"{path.stat().st_size} bytes", f"{MOST_BYTES} bytes"
            problems.append(problem(Place(path.name, 1, 1), "too_large", have=have, limit=limit))
            continue
        try:
            texts[path.name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            problems.append(problem(Place(path.name, 1, 1), "not_utf8"))
    return _pack_of(texts, problems)


def is_own_file(path: Path) -> bool:
    """Whether a path is a plain file that lies in its folder; a link is followed inside the folder only."""
    return path.is_file() and path.resolve().is_relative_to(path.parent.resolve())


def pack_from_texts(texts: Mapping[str, str]) -> Pack:
    """The pack of YAML texts by file name, as an editor holds them. Raises PackProblems."""
    return _pack_of(texts, [])


def pack_from_canonical(text: str) -> Pack:
    """The pack of a canonical text. Raises PackProblems."""
    place = Place("canonical", 1, 1)
    if len(text) > MOST_CANONICAL:
        limit = f"{MOST_CANONICAL} characters"
        raise PackProblems([problem(place, "too_large", have=f"{len(text)} characters", limit=limit)])
    try:
        files = canonical.parsed(text)
        if not isinstance(files, dict):
            raise TypeError("a canonical pack is a mapping of files")
        trees = {name: from_plain(value, Place(name, 1, 1)) for name, value in files.items()}
    except (ValueError, TypeError, RecursionError) as error:
        raise PackProblems([problem(place, "yaml", detail=str(error)[:200])]) from None
    return _build(trees, [])


def _pack_of(texts: Mapping[str, str], problems: list[Problem]) -> Pack:
    if len(texts) > MOST_FILES:
        limit = f"{MOST_FILES} files"
        raise PackProblems([problem(Place(PACK_FILE, 1, 1), "too_large", have=f"{len(texts)} files", limit=limit)])
    trees: dict[str, Node] = {}
    for name in sorted(texts):
        tree, found = read_text(name, texts[name])
        problems += found
        if tree is not None:
            trees[name] = tree
    return _build(trees, problems)


def canonical_text(trees: Mapping[str, Node]) -> str:
    """The raw trees by file name as JSON with sorted keys: comments, places and layout make no difference."""
    return canonical.text({name: plain(tree) for name, tree in trees.items()})


def _build(trees: Mapping[str, Node], problems: list[Problem]) -> Pack:
    count = sum(len(tree.items) for tree in trees.values() if isinstance(tree, Listing))
    if count > MOST_RULES:
        have, limit = f"{count} rules", f"{MOST_RULES} rules"
        raise PackProblems([problem(Place(PACK_FILE, 1, 1), "too_large", have=have, limit=limit)])
    try:
        rules = rules_of([trees[name] for name in sorted(trees) if name != PACK_FILE], problems)
        fields = _pack_fields(trees, problems)
    except Enough:
        fields = BAD
    if problems or isinstance(fields, Bad):
        problems.sort(key=_reading_order)
        raise PackProblems(dict.fromkeys(problems))
    whole_text = canonical_text(trees)
    sealed = hashlib.sha256(whole_text.encode()).hexdigest()
    return Pack(rules=rules, canonical=whole_text, hash=sealed, **fields)  # type: ignore[arg-type]


def _pack_fields(trees: Mapping[str, Node], problems: list[Problem]) -> dict[str, object] | Bad:
    """What pack.yaml says, with the defaults of what it leaves out."""
    desk = Desk(scope={}, heads={}, problems=problems)
    if PACK_FILE not in trees:
        unread = any(one.place.file == PACK_FILE for one in problems)
        return BAD if unread else desk.note(Place(PACK_FILE, 1, 1), "missing_file", PACK_FILE)
    fields = read_table(trees[PACK_FILE], PACK_KEYS, desk, PACK_FILE)
    if isinstance(fields, Bad):
        return fields
    points = fields.pop("points")
    assert isinstance(points, dict), points
    return {**PACK_DEFAULTS, **points, **fields}


def _reading_order(one: Problem) -> tuple[bool, str, int, int]:
    """pack.yaml first, then the files by name, each from its top."""
    return (one.place.file != PACK_FILE, one.place.file, one.place.line, one.place.column)


def _zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def _is_currency(text: str) -> str | None:
    return text if len(text) == 3 and text.isascii() and text.isupper() else None


CALENDARS: Mapping[str, str] = {"none": ""} | {
    country: country for country in ("AU", "CA", "CN", "DE", "FR", "GB", "HK", "JP", "KR", "MO", "NZ", "SG", "TW", "US")
}
"""Whose public holidays and working days a pack may count by."""

_POINTS = (Key("name", as_sentence, "points_name", required=True), Key("scale", whole(most=3), required=True))

PACK_KEYS = (
    Key("scheme", as_slug, required=True),
    Key("title", as_sentence, required=True),
    Key("points", table_of(_POINTS, dict), required=True),
    Key("issuer", as_sentence, required=True),
    Key("document", as_text, required=True),
    Key("demonstration", as_boolean, required=True),
    Key("effective_on", parsed(notation.day_of, "bad_date"), required=True),
    Key("time_zone", parsed(_zone_of, "bad_time_zone"), "zone", required=True),
    Key("calendar", parsed(CALENDARS.get, "bad_calendar")),
    Key("fiscal_year_starts", parsed(notation.month_day_of, "bad_month_day")),
    Key("midnight", choice("split", "start", "end")),
    Key("fold", choice("volunteer", "household"), "fold_scope"),
    Key("keeps_time", as_boolean),
    Key("late_award", parsed(lambda text: text if notation.is_late_award(text) else None, "bad_late_award")),
    Key("forgotten_check_out", parsed(notation.forgotten_of, "bad_forgotten"), "forgotten"),
    Key("double_tap", parsed(notation.double_tap_of, "bad_double_tap")),
    Key("on_decrease", choice("debt", "forgive", "block")),
    Key("currency", parsed(_is_currency, "bad_currency")),
    Key("funds", named(as_sentence)),
    Key("partners", named(as_sentence)),
)

PACK_DEFAULTS: Mapping[str, object] = {
    "calendar": "", "fiscal_year_starts": (1, 1), "midnight": "split", "fold_scope": "volunteer", "keeps_time": True,
    "late_award": "expire", "on_decrease": "debt",
}  # fmt: skip
