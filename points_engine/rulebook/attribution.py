"""Attribution: which of a volunteer's units the points of a decision stand to the credit of."""

from __future__ import annotations

import json

from points_engine.rulebook.kinds import Award
from points_engine.rulebook.pack import Pack


def credited_to(pack: Pack, trace_text: str) -> tuple[str, ...]:
    """The units (`home`, `work` …) that the awards of a decision name in `credit`, in their order, each once.

    A decision that gives no points is to nobody's credit.
    """
    trace = json.loads(trace_text)
    if not trace.get("points"):
        return ()
    used = [pack.rules.get(each["id"]) for each in trace.get("rules", ())]
    awards = [rule for rule in used if isinstance(rule, Award)]
    return tuple(dict.fromkeys(unit for rule in awards for unit in rule.credit))
