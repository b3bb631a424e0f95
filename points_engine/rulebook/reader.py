"""YAML as raw text with places: no value is ever converted here, and hostile files are refused, never expanded.

Scalars stay what the author typed (`no`, `012`, `12:30`, `1.50`); only the schema gives them a type.  Anchors, aliases
and tags are refused, so a file can't say more than it shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from points_engine.rulebook.kinds import Place
from points_engine.rulebook.problems import Problem, problem

MOST_BYTES = 256 * 1024
"""One file of a pack, in bytes of UTF-8: a long regulation is a tenth of it."""
MOST_DEPTH = 20
"""Levels of nesting: a reward's price step is at level 6."""
MOST_NODES = 20_000
"""Values in one file: a file of 256 KiB with more is not something that people wrote."""

UNSEEN = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u200d\u2010-\u2027\u202f-\u2064\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters that a reader can't see, or that turn the direction of text around."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text exactly as typed; `raw` is its source with quotes and line breaks, to find places inside it."""

    text: str
    place: Place = field(compare=False)
    raw: str = field(default="", compare=False, repr=False)

    def place_of(self, offset: int) -> Place:
        """The place of the character at `offset` of `text`: exact also in quoted and in folded text.

        The characters of the text other than blanks stand in the source in the same order, between quotation marks,
        escapes and indentation, which are skipped.
        """
        if offset >= len(self.text) > 0:
            last = self.place_of(len(self.text.rstrip()) - 1)
            return Place(last.file, last.line, last.column + 1)
        position = 0
        if self.raw[:1] in {"|", ">"}:
            position = self.raw.find("\n") + 1
        at = position
        for index, character in enumerate(self.text[: offset + 1]):
            if character.isspace():
                continue
            found = self.raw.find(character, position)
            if found < 0:
                break
            at, position = found, found + 1
            if index == offset:
                break
        before = self.raw[:at]
        line = before.count("\n")
        column = len(before) - before.rfind("\n") if line else self.place.column + at
        return Place(self.place.file, self.place.line + line, column)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping: its keys are text, each with its place, in reading order."""

    entries: Mapping[str, tuple[Scalar, Node]]
    place: Place = field(compare=False)


Node: TypeAlias = Scalar | Listing | Table


class Unreadable(Exception):
    """Reading stops here: going on would cost more than it tells."""

    def __init__(self, found: Problem) -> None:
        self.problem = found
        super().__init__(str(found))


def read_text(file: str, text: str) -> tuple[Node | None, list[Problem]]:
    """The node tree of one file and everything wrong with it; the tree is None when it could not be read."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        return None, [problem(Place(file, 1, 1), "too_large", have=f"{size} bytes", limit=f"{MOST_BYTES} bytes")]
    reading = _Reading(file, text)
    try:
        return reading.document(), reading.problems
    except Unreadable as stopped:
        return None, [*reading.problems, stopped.problem]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        return None, [*reading.problems, problem(place, "yaml", detail=error.problem or error.context or "")]
    except yaml.YAMLError as error:  # a character that YAML does not allow at all
        at = getattr(error, "position", 0)
        before = text[: at if isinstance(at, int) else 0]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return None, [*reading.problems, problem(place, "control_character")]
    except (ValueError, OverflowError) as error:  # an escape such as \UFFFFFFFF that names no character
        return None, [*reading.problems, problem(Place(file, 1, 1), "yaml", detail=str(error)[:80])]


class _Reading:
    """One pass over the parser's events: bounded, without recursion in the parser."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Problem] = []
        self.nodes = 0
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)

    def document(self) -> Node | None:
        """The only document of the file."""
        node: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise Unreadable(problem(self._place(event), "several_documents"))
                node = self._node(next(self.events), 1)
        if node is None or (isinstance(node, Scalar) and not node.text):
            raise Unreadable(problem(Place(self.file, 1, 1), "empty_file"))
        return node

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None, "a parser's events are marked"
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = self._place(event)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Unreadable(problem(place, "too_many_nodes", limit=MOST_NODES))
        if depth > MOST_DEPTH:
            raise Unreadable(problem(place, "too_deep", limit=MOST_DEPTH))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(problem(place, "alias"))
        if tag := getattr(event, "tag", None):
            raise Unreadable(problem(place, "tag", str(tag)))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._listing(place, depth)
        assert isinstance(event, yaml.MappingStartEvent), event
        return self._table(place, depth)

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> Scalar:
        assert event.start_mark is not None, "a parser's events are marked"
        assert event.end_mark is not None, "a parser's events are marked"
        scalar = Scalar(event.value, place, self.text[event.start_mark.index : event.end_mark.index])
        hidden = UNSEEN.search(event.value)
        if hidden:
            self.problems.append(problem(scalar.place_of(hidden.start()), "control_character"))
        return scalar

    def _listing(self, place: Place, depth: int) -> Listing:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Listing(tuple(items), place)

    def _table(self, place: Place, depth: int) -> Table:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(problem(key.place, "key_not_text"))
            elif key.text in entries:
                first = entries[key.text][0].place.line
                self.problems.append(problem(key.place, "duplicate_key", key.text, line=first))
            else:
                entries[key.text] = (key, value)
        return Table(entries, place)


def plain(node: Node) -> object:
    """The raw tree without places: texts, lists and mappings, for the canonical JSON."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, (_, value) in node.entries.items()}


def from_plain(value: object, place: Place) -> Node:
    """The node tree of a canonical value; every place is the file's.

    Raises TypeError for anything but text and trees of it.
    """
    if isinstance(value, str):
        return Scalar(value, place)
    if isinstance(value, list):
        return Listing(tuple(from_plain(item, place) for item in value), place)
    if isinstance(value, dict):
        return Table({key: (Scalar(key, place), from_plain(item, place)) for key, item in value.items()}, place)
    raise TypeError(f"{type(value).__name__} in a canonical pack")
