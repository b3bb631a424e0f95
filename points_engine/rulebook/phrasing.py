"""Phrasing: conditions and values of a pack in words, with the numbers of one day, in Chinese or English.

Every expression has words: what no table names is said by its operator and its parts, so nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.glossary import word_name
from points_engine.rulebook.idioms import (
    CALLS,
    COMPARED,
    COMPARED_DAYS,
    ENDS,
    EVENTS,
    FACT_IS,
    OPERATORS,
    OPPOSITE,
    UNITS_OF_TIME,
    WINDOWS,
    WINDOWS_BACK,
    YES,
)  # fmt: skip
from points_engine.rulebook.kinds import UNKNOWN, End, Number, Parameter, Text, Window
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parameters import unit_of_parameter
from points_engine.rulebook.trees import Binary, Call, Items, Literal, Logic, Name, Tree, Unary
from points_engine.rulebook.vocabulary import DATE, DURATION, FACTS, MONEY, POINTS
from points_engine.rulebook.wording import quantity

_EXPLAINED = re.compile(r"[（(,，]")
"""Where the meaning of a fact goes on to explain its name."""

MINOR_UNITS: Mapping[str, int] = {"JPY": 1, "KRW": 1}
"""How many minor units one of a currency has, where it is not 100."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who reads a pack aloud: in one language, with the values of one day."""

    pack: Pack
    day: date
    language: str

    def pick(self, text: Text | tuple[str, str]) -> str:
        """The sentence in the speaker's language."""
        zh, en = (text.zh, text.en) if isinstance(text, Text) else text
        return zh if self.is_chinese else en

    @property
    def is_chinese(self) -> bool:
        """Whether the speaker speaks Chinese."""
        return self.language.startswith("zh")

    def joined(self, parts: Iterable[str], word: tuple[str, str] = ("和", "and")) -> str:
        """A, B and C."""
        *head, last = [*parts] or [""]
        if not head:
            return last
        if self.is_chinese:
            return "、".join(head) + word[0] + last
        return ", ".join(head) + f" {word[1]} " + last

    # values

    def number(self, value: Number, unit: str = "") -> str:
        """A number with its unit: a duration in hours and minutes, money in its currency, points by their name."""
        if unit == DURATION:
            return self._duration(value)
        if unit == MONEY:
            return self._money(value)
        return f"{quantity(value)} {self._points(value)}" if unit == POINTS else quantity(value)

    def _points(self, value: Number) -> str:
        """What the points are called: one point, two points."""
        name = self.pick(self.pack.points_name)
        return name.removesuffix("s") if value == 1 and not self.is_chinese else name

    def _duration(self, minutes: Number) -> str:
        hours, rest = divmod(minutes, 60)
        hour, minute = self.pick(("小时", "h")), self.pick(("分钟", "min"))
        parts = [f"{hours} {hour}"] if hours else []
        return " ".join([*parts, *([f"{quantity(rest)} {minute}"] if rest or not hours else [])])

    def _money(self, minor: Number) -> str:
        per = MINOR_UNITS.get(self.pack.currency, 100)
        major = Fraction(minor) / per
        shown = f"{int(major)}" if per == 1 and major.denominator == 1 else quantity(major)
        if per == 100 and 100 % major.denominator == 0:
            sign, cents = ("-" if minor < 0 else ""), abs(int(major * 100))
            shown = f"{sign}{cents // 100}.{cents % 100:02}"
        return f"{shown} 元" if self.is_chinese and self.pack.currency == "CNY" else f"{self.pack.currency} {shown}"

    def value(self, value: object, unit: str = "") -> str:
        """Any value of a parameter or of an expression."""
        if value is UNKNOWN:
            return self.pick(("尚无规定", "not yet set"))
        if isinstance(value, bool):
            return self.pick(YES[value])
        if isinstance(value, (int, Fraction)):
            return self.number(value, unit)
        if isinstance(value, Mapping):
            cell = unit.removeprefix("table of ")
            return ("；" if self.is_chinese else "; ").join(
                f"{key} {self.value(one, cell)}" for key, one in value.items()
            )
        if isinstance(value, tuple):
            return self.pick(("、", ", ")).join(str(one) for one in value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def of_parameter(self, rule: Parameter, value: object) -> str:
        """A value as its parameter measures it."""
        if rule.measured_in == "percent" or (rule.measured_in == "table" and rule.of == "percent"):
            cells = value if isinstance(value, Mapping) else {"": value}
            shown = {key: f"{quantity(one * 100)}%" for key, one in cells.items() if isinstance(one, (int, Fraction))}
            return self.value(shown) if isinstance(value, Mapping) else shown.get("", self.value(value))
        return self.value(value, unit_of_parameter(rule.measured_in, rule.of))

    def title(self, rule_id: str) -> str:
        """How a rule of the pack is called, in the middle of a sentence."""
        rule = self.pack.rules.get(rule_id)
        return self.inside(rule.title) if rule is not None else rule_id

    def inside(self, title: Text) -> str:
        """A title in the middle of a sentence."""
        if self.is_chinese:
            return title.zh
        return title.en[:1].lower() + title.en[1:] if title.en[1:2].islower() else title.en

    def word(self, word: str, key: str = "") -> str:
        """A choice of a rule file."""
        return self.pick(word_name(word, key))

    # expressions

    def term(self, term: object, unit: str = "") -> str:
        """A number, or the words of an expression of numbers."""
        if isinstance(term, CompiledExpression):
            return self.operand(term.tree, term.unit if term.unit in (DURATION, MONEY, POINTS) else unit)
        return self.value(term, unit)

    def conditions(self, some: Iterable[object]) -> str:
        """Several conditions that must all hold."""
        said = [self.condition(one.tree) for one in some if isinstance(one, CompiledExpression)]
        return self.pick(("，且", " and ")).join(said)

    def condition(self, tree: Tree, holds: bool = True) -> str:
        """A condition as a clause; with `holds` false, that it does not hold."""
        if isinstance(tree, Unary) and tree.operator == "not":
            return self.condition(tree.operand, not holds)
        if isinstance(tree, Logic):
            return self._logic(tree, holds)
        if isinstance(tree, Binary):
            return self._comparison(tree, holds)
        if isinstance(tree, Name) and tree.name in FACT_IS:
            return self.pick(FACT_IS[tree.name][0 if holds else 1])
        if isinstance(tree, Call) and tree.function in CALLS and len(CALLS[tree.function]) > 1:
            return self._call(tree, holds)
        said = self.operand(tree)
        return said + self.pick(("：是", " holds") if holds else ("：否", " does not hold"))

    def _logic(self, tree: Logic, holds: bool) -> str:
        """`not (a and b)` is said as: not a, or not b."""
        word = tree.operator if holds else {"and": "or", "or": "and"}[tree.operator]
        joint = self.pick({"and": ("，且", " and "), "or": ("，或者", ", or ")}[word])
        parts = [
            self.pick(("（{}）", "({})")).format(said) if isinstance(operand, Logic) else said
            for operand in tree.operands
            for said in [self.condition(operand, holds)]
        ]
        return joint.join(parts)

    def _comparison(self, tree: Binary, holds: bool) -> str:
        operator = tree.operator if holds else OPPOSITE[tree.operator]
        if isinstance(tree.left, Name) and tree.left.name in FACT_IS and operator in ("==", "!=", "in", "not in"):
            return self._fact_is(tree.left.name, tree.right, operator in ("==", "in"))
        unit = self._unit(tree.left) or self._unit(tree.right)
        if operator in ("in", "not in") and self._is_list_of_person(tree.right):
            words = OPERATORS["has" if operator == "in" else "has not"]
            return self.pick(words).format(self.operand(tree.right), self.operand(tree.left))
        words = (COMPARED_DAYS if unit == DATE else COMPARED).get(operator) or OPERATORS[operator]
        return self.pick(words).format(self.operand(tree.left, unit), self.operand(tree.right, unit))

    def _fact_is(self, fact: str, values: Tree, holds: bool) -> str:
        """`record.recorded_by in ['kiosk']` is said as: recorded by the kiosk."""
        items = values.items if isinstance(values, Items) else (values,)
        said = self.joined((self.operand(item) for item in items), ("或", "or"))
        return self.pick(FACT_IS[fact][0 if holds else 1]).format(said)

    def _is_list_of_person(self, tree: Tree) -> bool:
        if isinstance(tree, Call) and tree.function == "otherwise":
            return self._is_list_of_person(tree.arguments[0])
        return isinstance(tree, Name) and tree.name in FACTS and FACTS[tree.name].type.startswith("list of ")

    def _unit(self, tree: Tree) -> str:
        """The unit in which the numbers beside a name are read."""
        if isinstance(tree, Name):
            rule = self.pack.rules.get(tree.name)
            if isinstance(rule, Parameter):
                return unit_of_parameter(rule.measured_in, rule.of)
            if tree.name in FACTS:
                return FACTS[tree.name].type
            of = getattr(rule, "of", None)
            summed = isinstance(of, CompiledExpression) and getattr(rule, "fold", "") in ("sum", "max")
            return of.unit if summed and isinstance(of, CompiledExpression) else ""
        if isinstance(tree, Literal):
            return tree.type if tree.type in (DURATION, MONEY, POINTS, DATE) else ""
        if isinstance(tree, Call) and tree.function == "table":
            return self._unit(tree.arguments[0]).removeprefix("table of ")
        parts = (tree.left, tree.right) if isinstance(tree, Binary) and tree.operator in "+-*" else ()
        return next((unit for part in parts if (unit := self._unit(part)) in (DURATION, MONEY, POINTS)), "")

    def operand(self, tree: Tree, unit: str = "") -> str:
        """A value as a noun."""
        if isinstance(tree, Literal):
            if isinstance(tree.value, str):
                return self.pick(word_name(tree.value)) if self._is_choice(tree.value) else f"“{tree.value}”"
            return self.value(tree.value, tree.type if tree.type in (DURATION, MONEY, POINTS) else unit)
        if isinstance(tree, Name):
            return self._name(tree.name)
        if isinstance(tree, Items):
            return self.joined((self.operand(item) for item in tree.items), ("或", "or"))
        if isinstance(tree, Call):
            return self._call(tree)
        if isinstance(tree, Unary) and tree.operator == "-":
            return self.pick(("负 {}", "minus {}")).format(self.operand(tree.operand, unit))
        if isinstance(tree, Binary) and tree.operator in ("+", "-", "*"):
            sides = [self._side(part, "" if tree.operator == "*" else unit) for part in (tree.left, tree.right)]
            return self.pick(OPERATORS[tree.operator]).format(*sides)
        return self.condition(tree)

    def _side(self, tree: Tree, unit: str) -> str:
        said = self.operand(tree, unit)
        return self.pick(("（{}）", "({})")).format(said) if isinstance(tree, (Binary, Logic)) else said

    def _is_choice(self, word: str) -> bool:
        return any(word in fact.choices for fact in FACTS.values())

    def _name(self, name: str) -> str:
        fact = FACTS.get(name)
        if fact is not None:
            return _EXPLAINED.split(self.pick((fact.zh, fact.en)), maxsplit=1)[0]
        rule = self.pack.rules.get(name)
        if isinstance(rule, Parameter):
            shown = self.of_parameter(rule, rule.on(self.day))
            return self.pick(("{}（{}）", "{} ({})")).format(shown, self.inside(rule.title))
        return self.title(name)

    def _call(self, tree: Call, holds: bool = True) -> str:
        if tree.function == "table" and isinstance(tree.arguments[0], Name):
            return self._cell(tree.arguments[0].name, tree.arguments[1])
        said = [self.operand(argument) for argument in tree.arguments]
        forms = CALLS.get(tree.function)
        if forms is None:
            return f"{tree.function}({', '.join(said)})"
        if tree.function in ("min", "max"):
            said = [self.joined(said)]
        return self.pick(forms[0] if holds else forms[-1]).format(*said)

    def _cell(self, table: str, key: Tree) -> str:
        """One cell of a table by its value where the key is written out, else the table by its key."""
        rule = self.pack.rules.get(table)
        if isinstance(rule, Parameter) and isinstance(key, Literal):
            cells = rule.on(self.day)
            cell = cells.get(str(key.value), UNKNOWN) if isinstance(cells, Mapping) else UNKNOWN
            shown = self._cell_value(rule, cell)
            return self.pick(("{}（{}·{}）", "{} ({}, {})")).format(shown, self.inside(rule.title), key.value)
        return self.pick(("按{1}查“{0}”所得", "what “{0}” says for {1}")).format(self.title(table), self.operand(key))

    def _cell_value(self, rule: Parameter, cell: object) -> str:
        if rule.of == "percent" and isinstance(cell, (int, Fraction)):
            return f"{quantity(cell * 100)}%"
        return self.value(cell, unit_of_parameter(rule.of))

    # stretches of time

    def window(self, window: Window) -> str:
        """A window as the words before what is counted in it."""
        if window.kind == "last":
            unit = self.pick(UNITS_OF_TIME[window.unit])
            said = self.pick(("最近 {} {}", "the last {} {}")).format(window.length, unit)
        elif window.kind == "season":
            assert window.season is not None, "a season has two edges"
            (first, start), (last, end) = window.season
            said = self.pick(
                (f"每年 {first} 月 {start} 日至 {last} 月 {end} 日", f"{first:02}-{start:02} to {last:02}-{end:02}")
            )
        elif window.kind == "since":
            event = self.pick(EVENTS[window.event]) if window.event in EVENTS else self.title(window.event)
            said = self.pick(("自{}以来", "since {}")).format(event)
        elif window.offset:
            words = WINDOWS_BACK[window.kind]
            if window.offset == 1:
                return self.pick(words).format(self.pick(("上一", " ")))
            return self.pick(words).format(self.pick((f"往前第 {window.offset} 个", f" {window.offset}th ")))
        else:
            return self.pick(WINDOWS[window.kind])
        return said + (self.pick(("（前 {} 期）", " ({} before)")).format(window.offset) if window.offset else "")

    def end(self, end: End) -> str:
        """Until when something holds."""
        if end.ends == "on_day":
            return self.pick((f"至 {end.on_day} 止", f"until {end.on_day}"))
        if end.ends == "after":
            return self.pick(("{} {}内", "for {} {}")).format(end.length, self.pick(UNITS_OF_TIME[end.unit]))
        said = self.pick(ENDS[end.ends])
        if not end.length:
            return said
        return self.pick((f"{said}之后再过 {end.length} 期", f"{said} and {end.length} more"))
