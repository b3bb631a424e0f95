"""The layout of a YAML text: its nodes with their source, and every comment at the key or item that it speaks of.

Only for texts that the reader accepts: one document, no anchors, no tags.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

BREAKS = "\n\r\x85\u2028\u2029"
"""What ends a line, and so a comment, in YAML."""


@dataclass(slots=True)
class Anchor:
    """A key or an item, and the comments that belong to it: above, on its line, and indented below."""

    start: int
    column: int
    parent: Anchor | None
    flow_end: int | None  # where the bracket around it closes
    before: list[str] = field(default_factory=list)  # an empty text is a blank line
    beside: list[tuple[int, str]] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def is_commented(self) -> bool:
        """Whether any comment belongs to it."""
        return bool(self.before or self.beside or self.after)


@dataclass(slots=True)
class Leaf:
    """A text with its source, and whether it stood inside brackets."""

    text: str
    raw: str
    in_flow: bool


@dataclass(slots=True)
class Row:
    """One item of a list."""

    anchor: Anchor
    value: Branch


@dataclass(slots=True)
class Entry:
    """One key with its value."""

    anchor: Anchor
    key: Leaf
    value: Branch


@dataclass(slots=True)
class Rows:
    """A list, and whether it was written in brackets."""

    items: list[Row]
    is_flow: bool


@dataclass(slots=True)
class Entries:
    """A mapping, and whether it was written in braces."""

    items: list[Entry]
    is_flow: bool


Branch: TypeAlias = Leaf | Rows | Entries


@dataclass(slots=True)
class Layout:
    """A whole file: its tree, what stands above it and what stands below it."""

    root: Branch
    head: list[str]
    tail: list[str]
    comments: tuple[str, ...]


def laid_out(text: str) -> Layout:
    """The layout of a text that the reader has accepted."""
    return _Laying(text).layout()


@dataclass(frozen=True, slots=True)
class _Comment:
    start: int
    column: int
    text: str
    lead: str  # what stands before it on its line
    blank_above: bool
    blank_below: bool


class _Laying:
    def __init__(self, text: str) -> None:
        self.text = text
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self.anchors: list[Anchor] = []
        self.spans: list[tuple[int, int]] = []  # of scalars, in order, without the head of a block scalar
        self.head: list[str] = []
        self.tail: list[str] = []

    def layout(self) -> Layout:
        event = next(self.events)
        while not isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            event = next(self.events)
        root = self._branch(event, None, None)
        comments = [self._comment(start) for start in self._marks()]
        starts = [anchor.start for anchor in self.anchors]
        for comment in comments:
            self._attach(comment, starts)
        return Layout(root, _trimmed(self.head), _trimmed(self.tail), tuple(each.text for each in comments))

    def _branch(self, event: yaml.Event, parent: Anchor | None, flow_end: int | None) -> Branch:
        if isinstance(event, yaml.ScalarEvent):
            return self._leaf(event, flow_end is not None)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._rows(event, parent, flow_end)
        assert isinstance(event, yaml.MappingStartEvent), event
        return self._entries(event, parent, flow_end)

    def _leaf(self, event: yaml.ScalarEvent, in_flow: bool) -> Leaf:
        start, end = _offset(event.start_mark), _offset(event.end_mark)
        raw = self.text[start:end]
        is_block = raw[:1] in {"|", ">"} and event.style in {"|", ">"}
        body = start + _first_break(raw) if is_block else start
        self.spans.append((body, end))
        return Leaf(event.value, raw, in_flow)

    def _rows(self, event: yaml.SequenceStartEvent, parent: Anchor | None, flow_end: int | None) -> Rows:
        rows = Rows([], bool(event.flow_style))
        first = len(self.anchors)
        column = _column(event.start_mark)
        inside = OPEN if rows.is_flow else flow_end
        while not isinstance(next_event := next(self.events), yaml.SequenceEndEvent):
            at = _column(next_event.start_mark) if rows.is_flow else column
            anchor = self._anchor(_offset(next_event.start_mark), at, parent, inside)
            rows.items.append(Row(anchor, self._branch(next_event, anchor, inside)))
        self._close(rows.is_flow, first, _offset(next_event.end_mark))
        return rows

    def _entries(self, event: yaml.MappingStartEvent, parent: Anchor | None, flow_end: int | None) -> Entries:
        entries = Entries([], bool(event.flow_style))
        first = len(self.anchors)
        inside = OPEN if entries.is_flow else flow_end
        while not isinstance(next_event := next(self.events), yaml.MappingEndEvent):
            assert isinstance(next_event, yaml.ScalarEvent), "the reader refuses keys that are no text"
            mark = next_event.start_mark
            anchor = self._anchor(_offset(mark), _column(mark), parent, inside)
            key = self._leaf(next_event, inside is not None)
            entries.items.append(Entry(anchor, key, self._branch(next(self.events), anchor, inside)))
        self._close(entries.is_flow, first, _offset(next_event.end_mark))
        return entries

    def _anchor(self, start: int, column: int, parent: Anchor | None, flow_end: int | None) -> Anchor:
        anchor = Anchor(start, column, parent, flow_end)
        self.anchors.append(anchor)
        return anchor

    def _close(self, is_flow: bool, first: int, end: int) -> None:
        """A bracket ends: what stands inside it, and in no bracket of its own, ends there."""
        if is_flow:
            for anchor in self.anchors[first:]:
                anchor.flow_end = end if anchor.flow_end == OPEN else anchor.flow_end

    def _marks(self) -> Iterator[int]:
        """Where comments start: at every `#` outside of texts, up to the end of its line."""
        position = 0
        for start, end in [*sorted(self.spans), (len(self.text), len(self.text))]:
            while 0 <= (found := self.text.find("#", position)) < start:
                yield found
                position = found + _first_break(self.text, found) - found
            position = max(position, end)

    def _comment(self, start: int) -> _Comment:
        end = _first_break(self.text, start)
        begin = start
        while begin and self.text[begin - 1] not in BREAKS:
            begin -= 1
        above, below = self.text[:begin], self.text[end:]
        return _Comment(
            start=start,
            column=start - begin,
            text=self.text[start:end].rstrip(),
            lead=self.text[begin:start].strip("\ufeff"),
            blank_above=_breaks_in(above[len(above.rstrip()) :]) > 1,
            blank_below=_breaks_in(below[: len(below) - len(below.lstrip())]) > 1,
        )

    def _attach(self, comment: _Comment, starts: list[int]) -> None:
        following = bisect_left(starts, comment.start)
        later = self.anchors[following] if following < len(self.anchors) else None
        earlier = self._earlier(bisect_right(starts, comment.start), comment.start)
        if comment.lead.strip(" \t-?:") and earlier is not None:
            aligned = comment.column if earlier.flow_end is None else 0
            earlier.beside.append((aligned, comment.text))
        elif later is not None and (earlier is None or _leads(comment, later, earlier)):
            _add(self.head if following == 0 else later.before, comment)
        elif earlier is None or (later is None and not comment.column):
            _add(self.tail, comment)
        else:
            _around(earlier, comment).after.append(comment.text)

    def _earlier(self, before: int, position: int) -> Anchor | None:
        """The last key or item above a place whose bracket is still open there."""
        found = self.anchors[before - 1] if before else None
        while found is not None and found.flow_end is not None and found.flow_end <= position:
            found = found.parent
        return found


OPEN = -1
"""The end of a bracket that has not been read yet."""


def _leads(comment: _Comment, later: Anchor, earlier: Anchor) -> bool:
    """Whether a comment on a line of its own speaks of what follows it."""
    if earlier.flow_end is not None:
        return later.start < earlier.flow_end
    above = later.parent
    while above is not None and above is not earlier:
        above = above.parent
    return above is earlier or comment.column <= later.column


def _around(anchor: Anchor, comment: _Comment) -> Anchor:
    """The innermost of an anchor and those around it that begins to the left of a comment."""
    found = anchor
    while found.flow_end is None and found.column >= comment.column and found.parent is not None:
        found = found.parent
    return found


def _add(lines: list[str], comment: _Comment) -> None:
    """Add a comment to a block of them; blank lines around it are kept as one."""
    if comment.blank_above and lines and lines[-1]:
        lines.append("")
    lines.append(comment.text)
    if comment.blank_below:
        lines.append("")


def _trimmed(lines: list[str]) -> list[str]:
    return lines[:-1] if lines and not lines[-1] and len(lines) == 1 else lines


def _breaks_in(blank: str) -> int:
    return sum(blank.count(mark) for mark in BREAKS) - blank.count("\r\n")


def _first_break(text: str, start: int = 0) -> int:
    """The offset of the first end of a line from `start` on."""
    position = start
    while position < len(text) and text[position] not in BREAKS:
        position += 1
    return position


def _offset(mark: Any) -> int:
    assert mark is not None, "a parser's events are marked"
    return int(mark.index)


def _column(mark: Any) -> int:
    assert mark is not None, "a parser's events are marked"
    return int(mark.column)
