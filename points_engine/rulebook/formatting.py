"""The one way to write a rule file: keys in the order of the schema, two spaces, sentences on one line.

What the file says stays the same (its canonical text), every comment stays, and formatting twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from points_engine.rulebook.layout import Anchor, Branch, Entries, Entry, Layout, Leaf, Row, Rows, laid_out
from points_engine.rulebook.loading import PACK_FILE, PACK_KEYS
from points_engine.rulebook.problems import PackProblems
from points_engine.rulebook.reader import MOST_BYTES, plain, read_text
from points_engine.rulebook.schema import SCHEMA
from points_engine.rulebook.schema_forms import Form, ListForm, NamedForm, TextForm, form_of, kind_among, tables_in
from points_engine.rulebook.shapes import Key

MOST_COLUMNS = 120
"""How long a line with brackets may be before its parts stand below one another."""
MOST_KEY = 1000
"""Characters of a key; YAML reads none of more than 1,024 on one line."""

FIRST = ("title", "cite", "from", "until", "when")
LAST = ("require", "because", "examples")
"""The keys of every rule that stand before and behind its own: what, where written, when; what is asked and told."""

SENTENCE = TextForm("sentence")


def fmt(text: str, file: str = "rules.yaml") -> str:
    """The text of a file in its one layout; `pack.yaml` is told by its name.

    Raises PackProblems where the file cannot be read.

    >>> print(fmt("- {amount: '1', award: a}   # one point"), end="")
    - award: a  # one point
      amount: '1'
    """
    text = text.removeprefix("\ufeff")
    tree, problems = read_text(file, text)
    if tree is None or problems:
        raise PackProblems(problems)
    layout = laid_out(text)
    if isinstance(layout.root, Leaf) or not layout.root.items or not _is_writable(layout.root):
        return text
    written = _written(layout, is_pack=file == PACK_FILE)
    if len(written.encode()) > MOST_BYTES:
        return text
    again, found = read_text(file, written)
    assert again is not None, found
    assert plain(again) == plain(tree), "formatting changes nothing that a file says"
    assert sorted(laid_out(written).comments) == sorted(layout.comments), "formatting keeps every comment"
    return written


def _is_writable(branch: Branch) -> bool:
    if isinstance(branch, Rows):
        return all(_is_writable(row.value) for row in branch.items)
    if isinstance(branch, Entries):
        keys = (_name(entry.key, in_flow=True) for entry in branch.items)
        return all(len(key) <= MOST_KEY for key in keys) and all(_is_writable(entry.value) for entry in branch.items)
    return True


def _written(layout: Layout, is_pack: bool) -> str:
    page = _Page()
    page.lines += layout.head
    root = layout.root
    if isinstance(root, Entries):
        page.entries(root, 0, _keys_of_pack() if is_pack else {})
    elif isinstance(root, Rows):
        for number, row in enumerate(root.items):
            if number:
                page.lines.append("")
            page.row(row, 0, RULE, keeps_blanks=True)
    if layout.tail and page.lines:
        page.lines.append("")
    page.lines += layout.tail
    lines = [line.rstrip() if not line.strip() else line for line in page.lines]
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


Forms = Mapping[str, Form]
"""The form of each key of a table, in the order in which the keys are written."""


class _Rule:
    """The form of a rule: which keys it has depends on the one that names its kind."""


RULE = _Rule()


@cache
def _keys_of_pack() -> Forms:
    return {key.name: form_of(key.shape) for key in PACK_KEYS}


@cache
def _keys_of_rule(kind: str) -> Forms:
    own = {key.name: form_of(key.shape) for key in SCHEMA[kind].keys}
    middle = [name for name in own if name not in (*FIRST, *LAST)]
    ordered = [name for name in (*FIRST, *middle, *LAST) if name in own]
    return {kind: TextForm("slug"), **{name: own[name] for name in ordered}}


@cache
def _keys_of_table(keys: tuple[Key, ...]) -> Forms:
    return {key.name: form_of(key.shape) for key in keys}


def _forms_for(entries: Entries, form: Form | _Rule | None) -> Forms:
    """The forms of a table's keys; none where its names are the author's own."""
    names = [entry.key.text for entry in entries.items]
    if isinstance(form, _Rule):
        kind = kind_among(names)
        return _keys_of_rule(kind) if kind else {}
    if form == SENTENCE:
        return {"zh": TextForm("text"), "en": TextForm("text")}
    if isinstance(form, NamedForm):
        return dict.fromkeys(names, form.item)
    tables = tables_in(form) if form else ()
    return next((known for table in tables if set(names) & (known := _keys_of_table(table.keys)).keys()), {})


def _in_order(entries: Entries, forms: Forms) -> list[Entry]:
    places = {name: place for place, name in enumerate(forms)}
    return sorted(entries.items, key=lambda entry: places.get(entry.key.text, len(places)))


Beside = Sequence[tuple[int, str]]
"""Comments behind a line, each with the column at which it stood."""


@dataclass(frozen=True, slots=True)
class _Notes:
    """The comments of one key or item, as they will be written."""

    before: list[str]
    beside: Beside
    after: list[str]


def _notes(value: Branch, anchor: Anchor, beside: Beside = ()) -> _Notes:
    """One comment stays beside; behind a text of several lines nothing can follow, so the rest goes above it."""
    beside = [*beside, *anchor.beside]
    rest = [*(text for _, text in beside[1:]), *anchor.after]
    above = isinstance(value, Leaf) and _is_block(value)
    return _Notes([*anchor.before, *(rest if above else [])], beside[:1], [] if above else rest)


def _moved(value: Rows | Entries, beside: Beside) -> Beside:
    """Comments beside brackets that are opened move up to the line that is left."""
    return [(0, text) for _, text in beside] if value.is_flow else beside


@dataclass(slots=True)
class _Page:
    """The lines written so far."""

    lines: list[str] = field(default_factory=list)

    def entries(self, table: Entries, indent: int, forms: Forms, lead: str = "", beside: Beside = ()) -> None:
        """A table, key below key; its first line begins with `lead`, and has `beside` it what stood beside its item."""
        for number, entry in enumerate(_in_order(table, forms)):
            leads = number == 0 and bool(lead)
            notes = _notes(entry.value, entry.anchor, beside if leads else ())
            self.comments([line for line in notes.before if line], indent - 2 if leads else indent)
            start = lead if leads else " " * indent
            form = forms.get(entry.key.text)
            self.value(f"{start}{_name(entry.key, in_flow=False)}:", entry.value, indent, form, notes.beside)
            self.comments(notes.after, indent + 2)

    def row(self, row: Row, indent: int, form: Form | _Rule | None, keeps_blanks: bool = False) -> None:
        """One item of a list."""
        value = row.value
        notes = _notes(value, row.anchor)
        self.comments([line for line in notes.before if line or keeps_blanks], indent)
        lead = " " * indent + "- "
        is_rule = isinstance(form, _Rule)
        if isinstance(value, Entries) and value.items and (is_rule or not self._fits(lead[:-1], value, form)):
            self.entries(value, indent + 2, _forms_for(value, form), lead, _moved(value, notes.beside))
        else:
            self.value(lead[:-1], value, indent, None if isinstance(form, _Rule) else form, notes.beside)
        self.comments(notes.after, indent + 2)

    def value(self, start: str, value: Branch, indent: int, form: Form | None, beside: Beside) -> None:
        """What stands behind `key:` or `-`, on the same line where it fits, else below."""
        if isinstance(value, Leaf) and _is_block(value):
            head, *body = _block_lines(value, indent + 2)
            self.line(f"{start} {head}", [])
            at = len(self.lines) - 1
            self.lines += body
            self.beside(at, beside)
        elif isinstance(value, Leaf) or not value.items or self._fits(start, value, form):
            shown = _flow(value, form)
            self.line(f"{start} {shown}" if shown else start, beside)
        else:
            self.line(start, _moved(value, beside))
            if isinstance(value, Entries):
                self.entries(value, indent + 2, _forms_for(value, form))
            else:
                inner = form.item if isinstance(form, ListForm) else form
                for row in value.items:
                    self.row(row, indent + 2, inner)

    def _fits(self, start: str, value: Rows | Entries, form: Form | _Rule | None) -> bool:
        """Whether a list or table stands on one line: a sentence where it can, another where the author put it so."""
        if not (value.is_flow or _is_sentence(value, form)) or not _can_flow(value):
            return False
        known = None if isinstance(form, _Rule) else form
        return len(start) + 1 + len(_flow(value, known)) <= MOST_COLUMNS

    def line(self, text: str, beside: Beside) -> None:
        """A line with the comments beside it."""
        self.lines.append(text)
        self.beside(len(self.lines) - 1, beside)

    def beside(self, at: int, beside: Beside) -> None:
        """A comment where it stood, or behind the text where that is longer."""
        for column, comment in beside:
            self.lines[at] = self.lines[at].ljust(max(column, len(self.lines[at]) + 2)) + comment

    def comments(self, comments: Iterable[str], indent: int) -> None:
        """Comments on lines of their own."""
        self.lines += [" " * max(0, indent) + comment if comment else "" for comment in comments]


def _is_sentence(value: Branch, form: Form | _Rule | None) -> bool:
    if isinstance(form, _Rule) or not isinstance(value, Entries):
        return False
    return form == SENTENCE or [entry.key.text for entry in value.items] in (["zh", "en"], ["en", "zh"])


def _can_flow(value: Branch) -> bool:
    """Whether a value can be written in brackets: no comment stands inside it, and no text of several lines."""
    if isinstance(value, Leaf):
        return "\n" not in value.text
    return not any(item.anchor.is_commented or not _can_flow(item.value) for item in value.items)


def _flow(value: Branch, form: Form | None) -> str:
    if isinstance(value, Leaf):
        return _inline(value, in_flow=False)
    inner = form.item if isinstance(form, ListForm) else form
    if isinstance(value, Rows):
        return "[" + ", ".join(_nested(row.value, inner) for row in value.items) + "]"
    forms = _forms_for(value, form)
    parts = []
    for entry in _in_order(value, forms):
        shown = _nested(entry.value, forms.get(entry.key.text))
        parts.append(f"{_name(entry.key, in_flow=True)}: {shown}")
    return "{" + ", ".join(parts) + "}"


def _name(key: Leaf, in_flow: bool) -> str:
    """A key, which may be empty but not missing."""
    return _inline(key, in_flow) or '""'


def _nested(value: Branch, form: Form | None) -> str:
    """A value inside brackets, where an empty text needs its quotation marks."""
    return (_inline(value, in_flow=True) or "''") if isinstance(value, Leaf) else _flow(value, form)


_FLOW_SIGNS = frozenset("[]{},")


def _inline(leaf: Leaf, in_flow: bool) -> str:
    """A text on one line, as it was written where that means the same here, else in double quotation marks."""
    raw = leaf.raw
    is_one_line = len(raw.splitlines()) <= 1
    if raw[:1] in {"'", '"'} and is_one_line:
        return raw
    # A lone dash is a text between brackets, and begins a list elsewhere.
    is_plain = raw[:1] not in {"'", '"'} and not _is_block(leaf) and leaf.text != "-"
    if is_plain and "\n" not in leaf.text and (not in_flow or leaf.in_flow or _is_plain_in_flow(leaf.text)):
        return leaf.text
    return json.dumps(leaf.text, ensure_ascii=False)


def _is_plain_in_flow(text: str) -> bool:
    return not _FLOW_SIGNS & set(text) and not text.endswith(":") and text[:1] not in {"?", "-"}


def _is_block(leaf: Leaf) -> bool:
    """Whether it is a text of several lines behind `|` or `>`; a plain text begins with neither."""
    return leaf.raw[:1] in {"|", ">"} and not leaf.in_flow


def _block_lines(leaf: Leaf, indent: int) -> list[str]:
    """A text of several lines at a new indentation, its own lines untouched."""
    head, *body = leaf.raw.splitlines()
    while body and not body[-1].strip():
        body.pop()
    sign = head.partition("#")[0].strip()
    filled = [line for line in body if line.strip()]
    if any(mark.isdigit() or mark == "+" for mark in sign) or not filled or filled[0] != body[0]:
        return [json.dumps(leaf.text, ensure_ascii=False)]
    depth = len(filled[0]) - len(filled[0].lstrip(" "))
    return [sign, *(" " * indent + line[depth:] if line.strip() else line[depth:] for line in body)]
