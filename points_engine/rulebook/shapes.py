"""Shapes: what may stand at a key, and how its raw node becomes a typed value. The schema is written in them.

A shape notes every problem and answers BAD; whoever builds from it builds nothing then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from points_engine.rulebook import notation
from points_engine.rulebook.kinds import Place, Text
from points_engine.rulebook.problems import Problem, check_room, problem
from points_engine.rulebook.reader import Listing, Node, Scalar, Table

MOST_WHOLE = 10**9
"""The largest whole number of a key that says no smaller limit of its own."""


class Bad:
    """The answer of a shape that could not read its node."""

    def __bool__(self) -> bool:
        return False


BAD: Final = Bad()


@dataclass(slots=True)
class Desk:
    """Where one rule is read: the pack's names and rule heads, the fields read so far, the problems of all."""

    scope: Mapping[str, str]
    heads: Mapping[str, tuple[str, Place]]
    problems: list[Problem]
    rule_id: str = ""
    fields: dict[str, object] = field(default_factory=dict)

    def note(self, place: Place, code: str, offending: str = "", **facts: object) -> Bad:
        """Add a problem; the answer stands for the value that could not be read."""
        check_room(self.problems)
        self.problems.append(problem(place, code, offending, **facts))  # type: ignore[arg-type]
        return BAD


Shape: TypeAlias = Callable[[Node, Desk, str], object]
"""(node, desk, what the node is called in a sentence) -> value or BAD."""


@dataclass(frozen=True, slots=True)
class Key:
    """One row of a schema: the key, what may stand there, the field that it fills, whether it may be left out."""

    name: str
    shape: Shape
    field: str = ""
    required: bool = False

    @property
    def target(self) -> str:
        """The field of the dataclass."""
        return self.field or self.name


def as_text(node: Node, desk: Desk, what: str) -> str | Bad:
    """One piece of text that is not empty."""
    if not isinstance(node, Scalar):
        return desk.note(node.place, "not_text", what=what)
    return node.text.strip() or desk.note(node.place, "not_text", what=what)


def as_slug(node: Node, desk: Desk, what: str) -> str | Bad:
    """A name for something outside the pack: a fund, a partner, a level."""
    text = as_text(node, desk, what)
    if isinstance(text, Bad) or notation.is_slug(text):
        return text
    return desk.note(node.place, "bad_id", text)


def as_sentence(node: Node, desk: Desk, what: str) -> Text | Bad:
    """A sentence in both languages, `{zh: …, en: …}`."""
    fields = read_table(node, (Key("zh", as_text, required=True), Key("en", as_text, required=True)), desk, what)
    return BAD if isinstance(fields, Bad) else Text(zh=str(fields["zh"]), en=str(fields["en"]))


def as_boolean(node: Node, desk: Desk, what: str) -> bool | Bad:
    """`true` or `false`; `yes`, `no`, `on` and `off` are text and refused."""
    text = as_text(node, desk, what)
    if isinstance(text, Bad) or text in notation.BOOLEANS:
        return text if isinstance(text, Bad) else notation.BOOLEANS[text]
    suggestion = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), "")
    return desk.note(node.place, "bad_boolean", text, suggestion=suggestion, among=notation.BOOLEANS)


def whole(least: int = 0, most: int = MOST_WHOLE) -> Shape:
    """A whole number inside bounds."""

    def shape(node: Node, desk: Desk, what: str) -> int | Bad:
        text = as_text(node, desk, what)
        if isinstance(text, Bad):
            return text
        if not (text.isascii() and text.isdigit()) or len(text) > 18 or (text[0] == "0" and text != "0"):
            return desk.note(node.place, "bad_whole_number", text)
        if not least <= int(text) <= most:
            return desk.note(node.place, "out_of_range", text, least=least, most=most)
        return int(text)

    return shape


def choice(*words: str) -> Shape:
    """One of a few words."""

    def shape(node: Node, desk: Desk, what: str) -> str | Bad:
        text = as_text(node, desk, what)
        if isinstance(text, Bad) or text in words:
            return text
        key = what.rpartition(".")[2]
        return desk.note(node.place, "unknown_choice", text, what=key, valid=", ".join(words), among=words)

    return shape


def parsed(reader: Callable[[str], object], code: str, among: Iterable[str] = ()) -> Shape:
    """A text that `reader` understands (it answers None or False where it doesn't); `among` are examples of such."""

    def shape(node: Node, desk: Desk, what: str) -> object:
        text = as_text(node, desk, what)
        if isinstance(text, Bad):
            return text
        value = reader(text)
        return desk.note(node.place, code, text, among=among) if value is None or value is False else value

    return shape


def listing(item: Shape, *, single: bool = True, least: int = 1) -> Shape:
    """A list; where `single`, one value may stand without the dash."""

    def shape(node: Node, desk: Desk, what: str) -> tuple[object, ...] | Bad:
        if not isinstance(node, Listing):
            if not single:
                return desk.note(node.place, "not_a_list", what=what)
            node = Listing((node,), node.place)
        if len(node.items) < least:
            return desk.note(node.place, "empty_list", what=what)
        values = [item(one, desk, what) for one in node.items]
        return BAD if any(isinstance(value, Bad) for value in values) else tuple(values)

    return shape


def references(*kinds: str) -> Shape:
    """Ids of rules of these kinds."""

    def one(node: Node, desk: Desk, what: str) -> str | Bad:
        text = as_text(node, desk, what)
        if isinstance(text, Bad):
            return text
        known = [rule_id for rule_id, (of_kind, _) in desk.heads.items() if of_kind in kinds]
        return text if text in known else desk.note(node.place, "unknown_rule", text, kind="/".join(kinds), among=known)

    return listing(one)


def table_of(keys: tuple[Key, ...], build: Callable[..., object]) -> Shape:
    """A mapping with its own keys, built into one value."""

    def shape(node: Node, desk: Desk, what: str) -> object:
        fields = read_table(node, keys, desk, what)
        return fields if isinstance(fields, Bad) else build(**fields)

    return shape


def named(item: Shape) -> Shape:
    """A mapping from names that the author chooses to values of one shape."""

    def shape(node: Node, desk: Desk, what: str) -> dict[str, object] | Bad:
        if not isinstance(node, Table):
            return desk.note(node.place, "not_a_mapping", what=what)
        values = {key: item(value, desk, f"{what}.{key}") for key, (_, value) in node.entries.items()}
        names_fit = [as_slug(key, desk, what) for key, _ in node.entries.values()]
        return BAD if any(isinstance(value, Bad) for value in [*values.values(), *names_fit]) else values

    return shape


def read_table(
    node: Node, keys: tuple[Key, ...], desk: Desk, what: str, *, fields: dict[str, object] | None = None
) -> dict[str, object] | Bad:
    """The fields of a mapping, in the schema's order; notes unknown, missing and wrong keys, all of them."""
    if not isinstance(node, Table):
        return desk.note(node.place, "not_a_mapping", what=what)
    fields = {} if fields is None else fields
    before = len(desk.problems)
    valid = {key.name for key in keys}
    for name, (at, _) in node.entries.items():
        if name not in valid:
            desk.note(at.place, "unknown_key", name, what=what, among=valid)
    for key in keys:
        if key.name in node.entries:
            value = key.shape(node.entries[key.name][1], desk, f"{what}.{key.name}")
            if not isinstance(value, Bad):
                fields[key.target] = value
        elif key.required:
            desk.note(node.place, "missing_key", key.name, what=what)
    return BAD if len(desk.problems) > before else fields
