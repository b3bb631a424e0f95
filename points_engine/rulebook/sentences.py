"""Sentences: a trace told to people, in Chinese or English, from the pack that decided it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from points_engine.bilingual import in_language
from points_engine.rulebook.attribution import credited_to
from points_engine.rulebook.glossary import word_name
from points_engine.rulebook.kinds import Award, Number, Rule
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.traces import number
from points_engine.rulebook.wording import (
    counted,
    duration,
    facts_line,
    parameter_line,
    quantity,
    rules_line,
    stage_line,
    words,
)

_HOLE = re.compile(r"\{([a-z_.]+)\}")


def sentence(pack: Pack, trace_text: str, language: str) -> str:
    """One sentence for the volunteer: what was served, what it counts for, what is carried over or still missing."""
    trace = json.loads(trace_text)
    zh = language.startswith("zh")
    parts = [_subject(pack, trace, language)]
    if trace.get("awaiting") and not trace["minutes"] and not trace["points"]:
        parts.append(words("awaits", language).format(level=in_language(trace["awaiting"], language)))
        return _joined(parts, zh)
    parts.extend(_refusals(pack, trace, language))
    if not trace["points"] and not trace.get("steps") and len(parts) == 1:
        return words("earns_nothing", language)
    if trace["points"] or len(parts) == 1:
        points = counted(pack, Fraction(trace["points"], 10**pack.scale), language)
        parts.append(words("gains", language).format(points=points))
    parts.extend(_carried(pack, trace, language))
    if trace.get("awaiting"):
        parts.append(words("rest_awaits", language).format(level=in_language(trace["awaiting"], language)))
    return _joined(parts, zh)


def explanation(pack: Pack, trace_text: str, language: str) -> list[str]:
    """The decision step by step, then what it read: facts, dated and cited parameters, rules and clauses."""
    trace = json.loads(trace_text)
    lines = [stage_line(pack, step, language) for step in trace.get("steps", ())]
    lines.extend(_refusals(pack, trace, language))
    if trace.get("facts"):
        lines.append(facts_line(pack, trace["facts"], language))
    for name, cited in sorted(trace.get("parameters", {}).items()):
        lines.append(parameter_line(pack, name, cited, language))
    if credited := credited_to(pack, trace_text):
        units = [word_name(unit, "credit").in_language(language) for unit in credited]
        between, line = ("、", "记入：{units}") if language.startswith("zh") else (", ", "To the credit of: {units}")
        lines.append(line.format(units=between.join(units)))
    if trace.get("rules"):
        lines.append(rules_line(pack, [used["id"] for used in trace["rules"]], language))
    return lines


def filled(template: str, values: Mapping[str, str]) -> str:
    """A sentence with its holes filled; a hole that nothing fills stays as it is.

    >>> filled("{hours} h at {place}", {"hours": "2"})
    '2 h at {place}'
    """
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), template)


def _joined(parts: list[str], zh: bool) -> str:
    if zh:
        return "，".join(parts)
    head, *rest = parts
    return f"{head}: {', '.join(rest)}" if rest else head


def _subject(pack: Pack, trace: Mapping[str, Any], language: str) -> str:
    """What the rules that paid say, or else how long was served."""
    values = _values(pack, trace, language)
    said = [
        filled(rule.because.in_language(language), values)
        for rule in _rules(pack, trace)
        if rule.because is not None and (isinstance(rule, Award) or not trace["points"])
    ]
    if said:
        return ("；" if language.startswith("zh") else "; ").join(dict.fromkeys(said))
    served = _served(trace)
    if served:
        return words("served", language).format(time=duration(served, language))
    return next((rule.title.in_language(language) for rule in _rules(pack, trace)), words("nothing", language))


def _rules(pack: Pack, trace: Mapping[str, Any]) -> Iterator[Rule]:
    for used in trace.get("rules", ()):
        rule = pack.rules.get(used["id"])
        if rule is not None:
            yield rule


def _served(trace: Mapping[str, Any]) -> int:
    """The minutes before any rule cut them: those of the first step about time, else those credited."""
    for stage, _, before, *_ in trace.get("steps", ()):
        if stage in ("duration", "round_time", "approve", "cap_time", "least"):
            return int(before)
    return int(trace["minutes"])


def _values(pack: Pack, trace: Mapping[str, Any], language: str) -> dict[str, str]:
    points = Fraction(trace["points"], 10**pack.scale)
    values = {
        "hours": quantity(Fraction(trace["minutes"], 60)),
        "minutes": str(trace["minutes"]),
        "duration": duration(trace["minutes"], language),
        "points": quantity(points),
        "day": trace["day"],
    }
    for name, value in trace.get("facts", {}).items():
        values[name] = values[name.rpartition(".")[2]] = _shown(value)
    values["minutes"] = str(trace["minutes"])
    for name, cited in trace.get("parameters", {}).items():
        values[name] = _shown(cited.get("value", ""))
    return values


def _shown(value: object) -> str:
    try:
        return quantity(number(value))
    except ValueError:
        return str(value)


def _bound(value: object, unit: str, language: str) -> str:
    return duration(value, language) if unit == "min" and isinstance(value, int) else _shown(value)


def _refusals(pack: Pack, trace: Mapping[str, Any], language: str) -> Iterator[str]:
    """Why something does not count, in the words of the rules."""
    for kind, *where in trace.get("reasons", ()):
        rule = pack.rules.get(where[0]) if where else None
        say = rule.require[where[1]].say if rule is not None and len(where) > 1 else None
        if say is not None:
            values = _values(pack, trace, language)
            if len(where) > 4:
                values |= {
                    "required": _bound(where[2], where[4], language),
                    "available": _bound(where[3], where[4], language),
                }
            yield filled(say.in_language(language), values)
        else:
            title = rule.title.in_language(language) if rule is not None else ""
            yield words(kind, language).format(rule=title)


def _carried(pack: Pack, trace: Mapping[str, Any], language: str) -> Iterator[str]:
    """What is left over and goes into the next occasion: in minutes where one hourly award says how many."""
    for step in trace.get("steps", ()):
        if len(step) > 4 and step[0] in ("round_amount", "round_time"):
            left = number(step[4])
            if left <= 0:
                continue
            minutes = left if step[0] == "round_time" else _as_minutes(pack, trace, left)
            if minutes is not None:
                yield words("carries_minutes", language).format(left=duration_left(minutes, language))
            else:
                yield words("carries", language).format(left=counted(pack, Fraction(left), language))


def duration_left(minutes: Number, language: str) -> str:
    """A remainder of minutes, which is less than an hour more often than not."""
    return words("minutes", language).format(minutes=quantity(minutes))


def _as_minutes(pack: Pack, trace: Mapping[str, Any], left: Number) -> Number | None:
    rates = [step for step in trace["steps"] if step[0] == "rate"]
    rule = pack.rules.get(rates[0][1]) if len(rates) == 1 else None
    if not isinstance(rule, Award) or rule.per not in ("hour", "minute") or rule.amount is None:
        return None
    units, amount = number(rates[0][2]), number(rates[0][3])
    if not amount or any(step[0] == "factor" for step in trace["steps"]):
        return None
    minutes = Fraction(left) * units / amount
    return minutes.numerator if minutes.denominator == 1 else None
