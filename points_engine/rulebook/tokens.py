"""Words of an expression, each with its offset: numbers, dates, texts, names, operators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from points_engine.rulebook.problems import Problem, problem
from points_engine.rulebook.reader import Scalar
from points_engine.rulebook.vocabulary import KEYWORDS

Sort: TypeAlias = Literal["number", "date", "text", "name", "word", "operator", "end"]

MOST_DIGITS = 18
"""Digits of one number: what fits a 64-bit integer, the widest value the books hold."""

_WORDS = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<date>\d{4}-\d{2}-\d{2})(?![\w-])
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
  | (?P<text>'[^'\n]*'|"[^"\n]*")
  | (?P<operator>==|!=|<=|>=|[-<>+*()\[\],%])
    """,
    re.VERBOSE | re.ASCII,
)

_SORTS: Mapping[str, Sort] = {
    "date": "date", "number": "number", "name": "name", "word": "word", "text": "text", "operator": "operator",
}  # fmt: skip

_INSTEAD = {
    "=": "==", "&": "and", "|": "or", "!": "not", "，": ",", "（": "(", "）": ")", "【": "[", "】": "]",
    "‘": "'", "’": "'", "“": "'", "”": "'", "＝": "==", "≥": ">=", "≤": "<=", "≠": "!=", "＞": ">", "＜": "<", "×": "*",
    "％": "%", "＋": "+", "－": "-",
}  # fmt: skip
"""What people type instead of the language's own signs."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word: what sort it is, its text as written, and where it starts."""

    sort: Sort
    text: str
    offset: int

    @property
    def end(self) -> int:
        """The offset behind the last character."""
        return self.offset + len(self.text)


class Stop(Exception):
    """The expression can't be read further."""

    def __init__(self, found: Problem) -> None:
        self.problem = found
        super().__init__(str(found))


def tokens_of(scalar: Scalar) -> list[Token]:
    """The words of an expression with an end mark. Raises Stop at the first thing that is no word."""
    words: list[Token] = []
    text = scalar.text
    offset = 0
    while offset < len(text):
        found = _WORDS.match(text, offset)
        if found is None:
            raise Stop(_not_a_word(scalar, offset))
        word = found.group()
        if found.lastgroup == "number":
            _check_number(scalar, offset, word)
        if found.lastgroup != "blank":
            words.append(Token(_SORTS["word" if word in KEYWORDS else found.lastgroup or ""], word, offset))
        offset = found.end()
    words.append(Token("end", "", len(text)))
    return words


def _check_number(scalar: Scalar, offset: int, word: str) -> None:
    if len(word) > MOST_DIGITS:
        raise Stop(problem(scalar.place_of(offset), "number_too_long", word))
    if word[0] == "0" and word[1:2].isdigit():
        raise Stop(problem(scalar.place_of(offset), "leading_zero", word, suggestion=word.lstrip("0") or "0"))


def _not_a_word(scalar: Scalar, offset: int) -> Problem:
    character = scalar.text[offset]
    shown = character if character.isprintable() else repr(character)[1:-1]
    place = scalar.place_of(offset)
    if character in "'\"":
        return problem(place, "unclosed_text")
    if character == "/":
        return problem(place, "no_division", character)
    return problem(place, "unexpected_character", shown, suggestion=_INSTEAD.get(character, ""))
