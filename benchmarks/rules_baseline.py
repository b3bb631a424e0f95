"""Conditions by another rule engine, in an environment of its own: `python rules_baseline.py ENGINE`, JSON on stdin.

`timed` is the one stopwatch: the product's own conditions are measured with it too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

Condition = Callable[[Any], object]
Facts = dict[str, Any]


def timed(conditions: Sequence[Condition], facts: Any, seconds: float) -> float:
    """Microseconds for all conditions on one record."""
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        for _ in range(20):
            for condition in conditions:
                condition(facts)
        done += 20
    return spent / done * 1e6


def _in_words(text: str) -> str:
    return text.replace("&&", "and").replace("||", "or")


def zen(text: str) -> Condition:
    """zen-engine."""
    evaluate: Condition = import_module("zen").compile_expression(_in_words(text)).evaluate
    return evaluate


def rule_engine(text: str) -> Condition:
    """rule-engine."""
    matches: Condition = import_module("rule_engine").Rule(_in_words(text)).matches
    return matches


def cel(text: str) -> Condition:
    """common-expression-language, a binding of a CEL written in Rust."""
    execute: Condition = import_module("cel").compile(text).execute
    return execute


ENGINES = {"zen-engine": zen, "rule-engine": rule_engine, "common-expression-language": cel}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    compiled = [ENGINES[sys.argv[1]](text) for text in asked["conditions"]]
    answers = [bool(each(asked["facts"])) for each in compiled]
    print(json.dumps({"micros": timed(compiled, asked["facts"], asked["seconds"]), "answers": answers}))
