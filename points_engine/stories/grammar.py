"""The acts that a story knows: for each its words in order, its options, and whether facts may follow.

A new act is one row here and one function in `acts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from points_engine.stories.notation import Line, StoryProblem, Word, nearest
from points_engine.stories.pages import Act
from points_engine.stories.values import (
    as_count,
    as_day,
    as_decimal,
    as_exact,
    as_minutes,
    as_moment,
    as_times,
    as_whole,
    as_word,
    fact_named,
    fact_value,
)

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Form:
    """How one act is written: `takes` in order (a name that ends in `?` may be left out), then `options` by keyword."""

    name: str
    takes: tuple[tuple[str, Reader], ...]
    options: Mapping[str, Reader] = field(default_factory=dict)
    facts: str = ""  # the group that short fact names are looked up in first; empty: no facts may follow
    rest: bool = False  # the words that are left over are the act's own claims, as in `balance mei 2 points`

    @property
    def usage(self) -> str:
        """The act as it is written, for a problem's sentence."""
        words = [f"[{name[:-1].upper()}]" if name.endswith("?") else name.upper() for name, _ in self.takes]
        words += [f"[{keyword} …]" for keyword in self.options]
        return " ".join([self.name, *words, *(["[fact=value …]"] if self.facts else []), *(["…"] if self.rest else [])])


_BY: Mapping[str, Reader] = {"by": as_word, "key": as_word}
_WISH: Mapping[str, Reader] = {"choosing": as_word, "asking": as_decimal, "offering": as_exact}
_TICKET: tuple[tuple[str, Reader], ...] = (("draw", as_word), ("volunteer", as_word))
_REFERENCE: tuple[tuple[str, Reader], ...] = (("record", as_word), ("activity?", as_word))

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        # the clock
        Form("day", (("day", as_word), ("days?", as_whole))),
        Form("time", (("moment", as_moment),)),
        Form("later", (("length", as_minutes),)),
        # setting up
        Form("publish", (("pack", as_word),), {"from": as_day, **_BY}),
        Form("unit", (("unit", as_word),), {"kind": as_word, "in": as_word, **_BY}),
        Form("partner", (("partner", as_word),), {"kind": as_word, **_BY}),
        Form("outlet", (("outlet", as_word), ("partner", as_word)), _BY),
        Form("kiosk", (("kiosk", as_word), ("unit", as_word)), _BY),
        Form(
            "activity",
            (("activity", as_word),),
            {
                "name": as_word,
                "category": as_word,
                "host": as_word,
                "level": as_word,
                "from": as_day,
                "to": as_day,
                "capacity": as_whole,
                "participants": as_whole,
                **_BY,
            },
        ),
        # people
        Form(
            "volunteer",
            (("volunteer", as_word),),
            {"born": as_day, "joined": as_day, "home": as_word, "work": as_word, "brought_by": as_word, **_BY},
        ),
        Form("state", (("volunteer", as_word),), {"from": as_day, **_BY}, facts="volunteer"),
        Form("standing", (("volunteer", as_word), ("standing", as_word)), _BY),
        Form("merge", (("absorbed", as_word),), {"into": as_word, **_BY}),
        # service
        Form("sign_up", (("volunteer", as_word), ("activity", as_word)), _BY),
        Form("withdraw", (("volunteer", as_word), ("activity", as_word)), _BY),
        Form(
            "check_in",
            (("volunteer", as_word), ("activity", as_word), ("moment", as_moment)),
            {"at": as_word, "as": as_word, **_BY},
            facts="record",
        ),
        Form(
            "check_out",
            (("volunteer", as_word), ("activity", as_word), ("moment", as_moment)),
            {"called": as_word, **_BY},
        ),
        Form(
            "record",
            (("volunteer", as_word), ("activity", as_word), ("times", as_times)),
            {"for": as_minutes, "as": as_word, "import": as_word, "called": as_word, **_BY},
            facts="record",
        ),
        Form(
            "deed",
            (("volunteer", as_word), ("kind", as_word), ("quantity?", as_exact)),
            {"at": as_moment, "as": as_word, "in": as_word, "import": as_word, "called": as_word, **_BY},
            facts="deed",
        ),
        Form("approve", _REFERENCE, {"as": as_word, **_BY}),
        Form("reject", _REFERENCE, {"because": as_word, **_BY}),
        Form(
            "correct",
            _REFERENCE,
            {"to": as_times, "for": as_minutes, "because": as_word, **_BY},
            facts="record",
        ),
        Form("reverse", _REFERENCE, {"because": as_word, **_BY}),
        Form("import", (("import", as_word),), _BY),
        Form("undo_import", (("import", as_word),), _BY),
        # the counter
        Form(
            "hold",
            (("label", as_word), ("volunteer", as_word), ("reward", as_word)),
            {"times": as_count, "at": as_word, "in": as_word, **_WISH, **_BY},
        ),
        Form(
            "move_stock",
            (("reward", as_word), ("stock", as_word), ("items", as_whole)),
            {"at": as_word, "in": as_word, "because": as_word, **_BY},
        ),
        Form(
            "carry_stock",
            (("reward", as_word), ("items", as_whole)),
            {"from": as_word, "to": as_word, "in": as_word, "because": as_word, **_BY},
        ),
        Form("link_phone", (("volunteer", as_word),), _BY),
        Form(
            "visit",
            (("label", as_word), ("volunteer", as_word)),
            {"at": as_word, "showing": as_word, "fetched_by": as_word, **_BY},
        ),
        Form(
            "redeem",
            (("label", as_word), ("reward", as_word), ("more?", as_word), ("third?", as_word)),
            {"times": as_count, "in": as_word, **_WISH, **_BY},
        ),
        Form("confirm", (("label", as_word),), {"at": as_word, **_BY}),
        Form("cancel", (("label", as_word),), _BY),
        Form("expire", (("label", as_word),), _BY),
        Form("refund", (("label", as_word),), {"times": as_count, "at": as_word, "because": as_word, **_BY}),
        Form("bring", (("label", as_word),), {"at": as_word, "on": as_word, "taken": as_moment, **_BY}),
        # scarce things
        Form(
            "open_draw",
            (("draw", as_word), ("rule", as_word), ("about", as_word)),
            {
                "closes": as_moment,
                "places": as_count,
                "hours": as_count,
                "at": as_word,
                "in": as_word,
                **_BY,
            },
        ),
        Form("enter", _TICKET, _BY),
        Form("leave", _TICKET, _BY),
        Form("draw", (("draw", as_word),), _BY),
        Form("take_up", _TICKET, {"as": as_word, "at": as_word, "choosing": as_word, **_BY}),
        Form("decline", _TICKET, _BY),
        Form("pass_over", _TICKET, _BY),
        Form("cancel_draw", (("draw", as_word),), {"because": as_word, **_BY}),
        # money
        Form("donate", (("fund", as_word), ("amount", as_decimal)), {"from": as_word, **_BY}),
        Form("allot", (("fund", as_word), ("points", as_exact)), {"in": as_word, "because": as_word, **_BY}),
        Form(
            "give",
            (("volunteer", as_word), ("points", as_exact)),
            {"to": as_word, "fund": as_word, "group": as_word, "in": as_word, "kin": as_word, **_BY},
        ),
        Form("register_group", (("group", as_word),), _BY),
        Form(
            "give_on",
            (("group", as_word), ("points", as_exact)),
            {"to": as_word, "fund": as_word, "in": as_word, **_BY},
        ),
        Form("opening", (("volunteer", as_word), ("points", as_decimal)), {"until": as_day, "in": as_word, **_BY}),
        Form(
            "adjust",
            (("label", as_word), ("volunteer", as_word), ("points", as_decimal)),
            {"in": as_word, "because": as_word, **_BY},
        ),
        Form("decide", (("label", as_word), ("decision", as_word)), _BY),
        Form("lapse", (("volunteer", as_word),), {"in": as_word, **_BY}),
        # questions
        Form("balance", (("volunteer", as_word),), {"in": as_word, "as_of": as_word, "known_on": as_word}, rest=True),
        Form("tier", (("volunteer", as_word), ("tier", as_word), ("level", as_word)), {"in": as_word}),
        Form("fund", (("fund", as_word),), rest=True),
        Form("group", (("group", as_word),), rest=True),
        Form("owed", (("partner", as_word),), rest=True),
        Form("stock", (("reward", as_word), ("left", as_whole)), {"at": as_word, "in": as_word}),
        Form("holds", (("label", as_word), ("state", as_word))),
        Form("conflicts", (("outlet", as_word), ("listed", as_whole))),
        Form("ticket", (*_TICKET, ("state", as_word))),
        Form("verified", (("draw", as_word),)),
        Form("says", _REFERENCE, {"contains": as_word, "in": as_word}),
    )
}
"""By name."""


def act_of(line: Line, problems: list[StoryProblem]) -> Act | None:
    """The act that a line writes down; None, with problems noted, where it cannot be read."""
    name = line.words[0]
    form = FORMS.get(name.text)
    if form is None:
        problems.append(StoryProblem(name.spot, f"'{name.text}' is not an act{nearest(name.text, FORMS)}"))
        return None
    before = len(problems)
    reading = _Reading(form, list(line.words[1:]), problems)
    reading.read(name)
    if len(problems) > before:
        return None
    return Act(name.spot, form.name, reading.arguments, reading.facts, line.expected, line.source)


class _Reading:
    """The words of one act while they are read, from left to right."""

    def __init__(self, form: Form, words: list[Word], problems: list[StoryProblem]) -> None:
        self.form, self.words, self.problems = form, words, problems
        self.arguments: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.rest: list[str] = []

    def read(self, act: Word) -> None:
        """Every word of the act."""
        waiting = list(self.form.takes)
        while self.words:
            word = self.words.pop(0)
            if word.text in self.form.options:
                self._option(word)
            elif self.form.facts and "=" in word.text:
                self._fact(word)
            elif waiting:
                name, reader = waiting.pop(0)
                self._keep(name.removesuffix("?"), reader, word)
            elif self.form.rest:
                self.rest.append(word.text)
            else:
                self._note(word, f"'{word.text}' is too much; write: {self.form.usage}")
        missing = [name for name, _ in waiting if not name.endswith("?")]
        if missing:
            self._note(act, f"{self.form.name} lacks {', '.join(missing)}; write: {self.form.usage}")
        if self.form.rest:
            self.arguments["claims"] = " ".join(self.rest)

    def _option(self, keyword: Word) -> None:
        if keyword.text in self.arguments:
            self._note(keyword, f"'{keyword.text}' is given twice")
        elif not self.words:
            self._note(keyword, f"a word is missing after '{keyword.text}'")
        else:
            self._keep(keyword.text, self.form.options[keyword.text], self.words.pop(0))

    def _fact(self, word: Word) -> None:
        name, _, text = word.text.partition("=")
        try:
            named = fact_named(name, self.form.facts)
            self.facts[named] = fact_value(named, text)
        except ValueError as expected:
            self._note(word, f"expected {expected}")

    def _keep(self, name: str, reader: Reader, word: Word) -> None:
        try:
            self.arguments[name] = reader(word.text)
        except ValueError as expected:
            self._note(word, f"expected {expected}, found '{word.text}'")

    def _note(self, word: Word, message: str) -> None:
        self.problems.append(StoryProblem(word.spot, message))
