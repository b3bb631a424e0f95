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
    """Microseconds of the processor for all conditions on one record, so that a busy machine tells the same."""
    done, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for _ in range(20):
            for condition in conditions:
                condition(facts)
        done += 20
    return spent / done * 1e6


def _in_words(text: str) -> str:
    return text.replace("&&", "and").replace("||", "or")


def _all_in_one(texts: Sequence[str]) -> str:
    """All conditions as one list, for an engine that answers it in one call."""
    return f"[{', '.join(texts)}]"


def zen(text: str) -> Condition:
    """zen-engine."""
    evaluate: Condition = import_module("zen").compile_expression(_in_words(text)).evaluate
    return evaluate


def rule_engine(text: str) -> Condition:
    """rule-engine."""
    evaluate: Condition = import_module("rule_engine").Rule(_in_words(text)).evaluate
    return evaluate


def cel(text: str) -> Condition:
    """common-expression-language, a binding of a CEL written in Rust."""
    execute: Condition = import_module("cel").compile(text).execute
    return execute


ENGINES = {"zen-engine": zen, "rule-engine": rule_engine, "common-expression-language": cel}


def fastest(engine: str, texts: Sequence[str], facts: Facts, seconds: float) -> tuple[float, list[bool]]:
    """Microseconds for all conditions, one by one or all in one list, whichever is faster here; and the answers."""
    one_by_one = [ENGINES[engine](text) for text in texts]
    answers = [bool(each(facts)) for each in one_by_one]
    at_once = ENGINES[engine](_all_in_one(texts))
    listed = at_once(facts)
    assert isinstance(listed, (list, tuple)), listed
    assert [bool(each) for each in listed] == answers, "the list answers something else"
    return min(timed(one_by_one, facts, seconds / 2), timed([at_once], facts, seconds / 2)), answers


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    micros, answers = fastest(sys.argv[1], asked["conditions"], asked["facts"], asked["seconds"])
    print(json.dumps({"micros": micros, "answers": answers}))
