"""Forms: what a shape of the schema accepts, read off the shape itself, so that no second list of keys is kept.

The JSON Schema, the formatter and the sentences for a committee all follow these; a new kind needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import TypeAlias, cast

from points_engine.rulebook.formulas import Wanted, minutes
from points_engine.rulebook.kinds import Rule
from points_engine.rulebook.parameters import PARAMETER_KEYS
from points_engine.rulebook.schema import SCHEMA
from points_engine.rulebook.shapes import Key, Shape, as_boolean, as_sentence, as_slug, as_text


@dataclass(frozen=True, slots=True)
class TextForm:
    """One piece of text; `sort` says which: text, slug, boolean, duration, sentence or anything."""

    sort: str


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeForm:
    """A whole number inside bounds."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NotedForm:
    """A short text in a notation of its own; `code` names the problem of a text that is not."""

    code: str
    reader: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class FormulaForm:
    """An expression of a wanted type; `is_quantity` where a literal may stand instead."""

    wanted: Wanted
    is_quantity: bool


@dataclass(frozen=True, slots=True)
class ReferenceForm:
    """The id of a rule of one of some kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListForm:
    """A list; where `single`, one value may stand without the dash."""

    item: Form
    single: bool
    least: int


@dataclass(frozen=True, slots=True)
class TableForm:
    """A mapping with its own keys."""

    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class NamedForm:
    """A mapping from names that the author chooses to values of one form."""

    item: Form


@dataclass(frozen=True, slots=True)
class DatedForm:
    """The values of a parameter: a mapping from days to values."""


@dataclass(frozen=True, slots=True)
class EitherForm:
    """One of several forms."""

    forms: tuple[Form, ...]


Form: TypeAlias = (
    TextForm | ChoiceForm | WholeForm | NotedForm | FormulaForm | ReferenceForm | ListForm | TableForm | NamedForm
    | DatedForm | EitherForm
)  # fmt: skip

_PLAIN: Mapping[Shape, Form] = {
    as_text: TextForm("text"),
    as_slug: TextForm("slug"),
    as_boolean: TextForm("boolean"),
    as_sentence: TextForm("sentence"),
    minutes: TextForm("duration"),
    next(key.shape for key in PARAMETER_KEYS if key.name == "values"): DatedForm(),
}


def form_of(shape: Shape) -> Form:
    """The form of a shape; of one written by hand, text or a table of the keys that it names."""
    if shape in _PLAIN:
        return _PLAIN[shape]
    if not isinstance(shape, FunctionType):
        return TextForm("anything")
    maker, _, is_closure = shape.__qualname__.partition(".<locals>.")
    given = _given(shape)
    if is_closure and maker in _MADE:
        return _MADE[maker](given)
    return _by_hand(shape, given)


def _given(shape: FunctionType) -> dict[str, object]:
    """What the maker of a shape was called with."""
    cells = shape.__closure__ or ()
    return {name: cell.cell_contents for name, cell in zip(shape.__code__.co_freevars, cells, strict=True)}


def _listing(given: Mapping[str, object]) -> Form:
    return ListForm(form_of(cast(Shape, given["item"])), bool(given["single"]), cast(int, given["least"]))


_MADE: Mapping[str, Callable[[Mapping[str, object]], Form]] = {
    "whole": lambda given: WholeForm(cast(int, given["least"]), cast(int, given["most"])),
    "choice": lambda given: ChoiceForm(cast("tuple[str, ...]", given["words"])),
    "parsed": lambda given: NotedForm(str(given["code"]), cast(Callable[[str], object], given["reader"])),
    "formula": lambda given: FormulaForm(cast(Wanted, given["wanted"]), is_quantity=False),
    "quantity": lambda given: FormulaForm(cast(Wanted, given["wanted"]), is_quantity=True),
    "references": lambda given: ReferenceForm(cast("tuple[str, ...]", given["kinds"])),
    "listing": _listing,
    "table_of": lambda given: TableForm(cast("tuple[Key, ...]", given["keys"])),
    "named": lambda given: NamedForm(form_of(cast(Shape, given["item"]))),
}
"""By the function of `shapes` or `formulas` that makes the shape."""


def _by_hand(shape: FunctionType, given: Mapping[str, object]) -> Form:
    """A shape that is a function of its own: the rows and shapes that it names, and text where it reads a scalar."""
    names = shape.__code__.co_names
    named = [*given.values(), *(shape.__globals__.get(name) for name in names)]
    forms: list[Form] = [TableForm(cast("tuple[Key, ...]", value)) for value in named if _is_keys(value)]
    if "Scalar" in names or not forms:
        others = [form_of(cast(Shape, value)) for value in named if _is_shape(value)]
        forms += [form for form in others if form != TextForm("anything")] or [TextForm("text")] * bool(forms)
    if not forms:
        return TextForm("anything")
    return forms[0] if len(forms) == 1 else EitherForm(tuple(dict.fromkeys(forms)))


def _is_keys(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(key, Key) for key in value)


def _is_shape(value: object) -> bool:
    if not isinstance(value, FunctionType):
        return False
    maker, _, is_closure = value.__qualname__.partition(".<locals>.")
    return value in _PLAIN or bool(is_closure and maker in _MADE)


def tables_in(form: Form) -> Iterator[TableForm]:
    """Every table that may stand at a key of this form, lists looked into."""
    if isinstance(form, TableForm):
        yield form
    elif isinstance(form, ListForm):
        yield from tables_in(form.item)
    elif isinstance(form, EitherForm):
        for one in form.forms:
            yield from tables_in(one)


KIND_OF_CLASS: Mapping[object, str] = {kind.build: name for name, kind in SCHEMA.items()}


def kind_of(rule: Rule) -> str:
    """The key that names a rule of this class in a file.

    >>> from points_engine.rulebook.kinds import Parameter, Place, Text
    >>> kind_of(Parameter(id="rate", place=Place("a.yaml", 1, 1), title=Text("率", "rate")))
    'parameter'
    """
    return KIND_OF_CLASS.get(type(rule)) or type(rule).__name__.lower()


def kind_among(keys: Iterable[str]) -> str | None:
    """The kind of the rule that is written with these keys; None where there is no one kind.

    `measure` is also a key of `approve`: the kind is the one to which all the others belong.

    >>> kind_among(["approve", "measure", "steps"]), kind_among(["title"]), kind_among(["award", "cap"])
    ('approve', None, None)
    """
    kinds = [key for key in keys if key in SCHEMA]
    own = {kind: {key.name for key in SCHEMA[kind].keys} | {kind} for kind in kinds}
    whole = [kind for kind in kinds if own[kind].issuperset(kinds)]
    return whole[0] if len(whole) == 1 else None
