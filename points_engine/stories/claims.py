"""Claims: what an outcome says, word for word, and whether an expectation agrees with it.

An outcome makes several claims (`150 min`, `2 points`, `awaits steward`).  An expectation is a list of claims,
separated by commas; each must be made, exactly; claims that it leaves out are not compared.  A refusal is one claim,
its code, with numbers behind it that are compared where they are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from points_engine.errors import EngineError
from points_engine.flow.outcomes import Outcome
from points_engine.ledger.amounts import shown
from points_engine.stories.values import as_minutes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an act: its claims, and for a no its code and numbers."""

    claims: tuple[str, ...]
    refused: str = ""
    facts: Mapping[str, str] | None = None
    sentence: str = ""
    about: str = ""  # the record whose decision explains it, where there is one

    @property
    def text(self) -> str:
        """The whole outcome in words."""
        if not self.refused:
            said = [claim for claim in self.claims if claim != "ok" and not self._is_said_shorter(claim)]
            return ", ".join(said) or "ok"
        facts = " ".join(f"{name} {value}" for name, value in (self.facts or {}).items() if " " not in value)
        return f"refused {self.refused} {facts}".strip()

    def _is_said_shorter(self, claim: str) -> bool:
        """Whether a shorter claim that stands beside this one says the same."""
        words = claim.split()
        return words[0] == "awarded" or (
            words[1:2] == ["points"] and len(words) == 3 and f"{words[0]} points" in self.claims
        )

    def agrees(self, expected: str | None) -> bool:
        """Whether an expectation holds; without one the act has only to be accepted."""
        if expected is None:
            return not self.refused
        if self.refused:
            return self._refused_as(expected.split())
        wanted = [normal(part) for part in expected.split(",") if part.strip()]
        made = {normal(claim) for claim in self.claims}
        return bool(wanted) and all(claim in made for claim in wanted)

    def _refused_as(self, words: list[str]) -> bool:
        if words[:2] != ["refused", self.refused]:
            return False
        facts = self.facts or {}
        pairs = words[2:]
        if len(pairs) % 2:
            return False
        named = zip(pairs[::2], pairs[1::2], strict=True)
        return all(facts.get(name) == _plain(value).removesuffix(" min") for name, value in named)


def normal(claim: str) -> str:
    """A claim with one space between words and durations in minutes.

    >>> normal("8h01  counted"), normal("-2 points")
    ('481 min counted', '-2 points')
    """
    return " ".join(_plain(word) for word in claim.split())


def _plain(word: str) -> str:
    if re.fullmatch(r"\d+h(\d\d)?|\d+min", word):
        return f"{as_minutes(word)} min"
    return word


def refusal(error: EngineError) -> Answer:
    """A lawful no, or a fault, in words."""
    facts = {name: _value(value) for name, value in error.facts.items() if not isinstance(value, (list, tuple))}
    reasons = error.facts.get("reasons")
    if isinstance(reasons, Sequence) and reasons:
        first = {name: _value(value) for name, value in reasons[0].items() if value is not None}
        facts = {**{name: value for name, value in facts.items() if name != "say"}, **first}
    return Answer((), error.code, facts, error.sentence("en"))


def _value(value: object) -> str:
    if isinstance(value, str):
        return value
    return "-" if value is None else str(value)


def answer_of(outcome: Outcome, claims: Sequence[str], about: str = "") -> Answer:
    """The answer of a command that was executed."""
    if outcome.error is not None:
        return refusal(outcome.error)
    again = ("again",) if outcome.replayed else ()
    return Answer(("ok", *again, *claims), about=about)


def service_claims(result: Mapping[str, Any], scales: Mapping[str, int]) -> list[str]:
    """What a record, a deed or a change of one says: minutes served, minutes that count, points, what it awaits."""
    claims = []
    if "service_minutes" in result:
        claims.append(f"{result['service_minutes']} min")
    claims.append(f"{result.get('minutes', 0)} min counted")
    awarded: Mapping[str, int] = result.get("awarded", {})
    for scheme, points in awarded.items():
        claims += [f"{shown(points, scales[scheme])} points {scheme}"]
    if len(awarded) == 1:
        amount = next(shown(points, scales[scheme]) for scheme, points in awarded.items())
        claims += [f"{amount} points", f"awarded {amount} points"]
    elif not awarded:
        claims += ["0 points"]
    awaiting = result.get("awaiting", [])
    claims += [f"awaits {level}" for level in awaiting] or ["settled"]
    return claims
