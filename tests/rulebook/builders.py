"""Builders of packs, occasions and subjects for tests of the fold: small, explicit, without files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from points_engine.rulebook.expressions import compile_expression
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.kinds import (
    Admit,
    Approve,
    Award,
    Cap,
    Expiry,
    Expression,
    Factor,
    Measure,
    Parameter,
    Place,
    Requirement,
    Round,
    Rule,
    Text,
    Tier,
    Window,
)
from points_engine.rulebook.occasions import EMPTY, Credit, FoldResult, FoldState, Occasion, Subject
from points_engine.rulebook.pack import Pack

PLACE = Place("rules.yaml", 1, 1)
ZONE = ZoneInfo("Asia/Shanghai")
MEI = Subject("mei")


def text(words: str) -> Text:
    return Text(words, words)


def e(source: str, **names: str) -> Expression:
    """An expression; `names` are the types of the parameters and measures that it reads."""
    return compile_expression(source, PLACE, names)


def must(source: str, say: str = "", **names: str) -> Requirement:
    return Requirement(e(source, **names), text(say) if say else None)


def common(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    when = settings.pop("when", ())
    conditions = when if isinstance(when, tuple) else (when,)
    compiled = tuple(e(each) if isinstance(each, str) else each for each in conditions)
    return {"id": name, "place": PLACE, "title": text(name), "when": compiled, **settings}


def award(name: str = "service", amount: str | Expression | None = None, **settings: Any) -> Award:
    if isinstance(amount, str):
        amount = e(amount)
    return Award(amount=amount, **common(name, settings))


def cap(name: str, most: str | Expression | None = None, over: str | Window = "record", **settings: Any) -> Cap:
    window = Window(over) if isinstance(over, str) else over
    for field in ("least", "skip_first"):
        if isinstance(settings.get(field), str):
            settings[field] = e(settings[field])
    bound = e(most) if isinstance(most, str) else most
    return Cap(most=bound, over=window, **{"limits": "minutes", **common(name, settings)})


def rounding(name: str, what: Any, to: Any, direction: Any, **settings: Any) -> Round:
    return Round(what=what, to=to, direction=direction, **common(name, settings))


def measure(name: str, fold: Any, of: str | Expression | None, over: str | Window, **settings: Any) -> Measure:
    where = settings.pop("where", ())
    conditions = tuple(e(each) if isinstance(each, str) else each for each in where)
    window = Window(over) if isinstance(over, str) else over
    return Measure(
        fold=fold, of=e(of) if isinstance(of, str) else of, over=window, where=conditions, **common(name, settings)
    )


def factor(name: str, multiply: str | Expression, **settings: Any) -> Factor:
    return Factor(multiply=e(multiply) if isinstance(multiply, str) else multiply, **common(name, settings))


def approve(name: str, **settings: Any) -> Approve:
    return Approve(**common(name, settings))


def admit(name: str, *require: Requirement, at: tuple[str, ...] = ("record",), **settings: Any) -> Admit:
    return Admit(at=at, require=require, **common(name, settings))


def expiry(name: str, ends: Any, **settings: Any) -> Expiry:
    return Expiry(ends=ends, **common(name, settings))


def tier(name: str, **settings: Any) -> Tier:
    return Tier(**common(name, settings))


def parameter(name: str, values: Mapping[str, Any], **settings: Any) -> Parameter:
    dated = tuple(sorted((date.fromisoformat(day), value) for day, value in values.items()))
    return Parameter(values=dated, **common(name, settings))


def a_pack(*rules: Rule, **settings: Any) -> Pack:
    """A pack of these rules, in Shanghai, whole points, days by the start of a record."""
    given: dict[str, Any] = {
        "scheme": "test", "title": text("test"), "points_name": Text("分", "points"), "scale": 0,
        "issuer": text("nobody"), "document": "", "demonstration": True, "effective_on": date(2019, 1, 1),
        "zone": ZONE, "calendar": "CN", "fiscal_year_starts": (1, 1), "midnight": "start",
        "fold_scope": "volunteer", "keeps_time": True, "late_award": "expire", "on_decrease": "debt",
    }  # fmt: skip
    given.update(settings)
    described = repr((sorted(given.items(), key=lambda item: item[0]), rules))
    return Pack(
        rules={rule.id: rule for rule in rules},
        canonical=described,
        hash=hashlib.sha256(described.encode()).hexdigest(),
        **given,
    )


def moment(when: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(when).replace(tzinfo=zone).astimezone(UTC)


def record(start: str, minutes: int, name: str = "", granted: tuple[str, ...] = (), **facts: Any) -> Occasion:
    """A service record; `category="x"` states activity.category, `record_paid=True` states record.paid."""
    begun = moment(start)
    ended = begun + timedelta(minutes=minutes)
    day = facts.pop("effective_on", begun.astimezone(ZONE).date())
    return Occasion(
        name or f"r{start}", "record", begun, ended, minutes, dotted(facts), day, granted=frozenset(granted)
    )


def deed(start: str, kind: str, quantity: int | Fraction = 1, source: str = "deed", **facts: Any) -> Occasion:
    begun = moment(start)
    stated = {"deed.kind": kind, "deed.quantity": quantity, **dotted(facts)}
    return Occasion(f"d{start}{kind}", source, begun, begun, 0, stated, begun.astimezone(ZONE).date())


def dotted(facts: Mapping[str, Any]) -> dict[str, Any]:
    groups = ("record", "activity", "volunteer", "deed", "act")
    named = {}
    for name, value in facts.items():
        group, _, rest = name.partition("_")
        named[f"{group}.{rest}" if group in groups and rest else f"activity.{name}"] = value
    return named


def history(pack: Pack) -> RuleHistory:
    return RuleHistory(((pack.effective_on, pack),))


def fold_all(
    pack: Pack | RuleHistory, *occasions: Occasion, subject: Subject = MEI, state: FoldState = EMPTY
) -> FoldResult:
    versions = history(pack) if isinstance(pack, Pack) else pack
    return fold(versions, subject, sorted(occasions, key=lambda each: each.order), state)


def credited(pack: Pack | RuleHistory, *occasions: Occasion, subject: Subject = MEI) -> list[Credit]:
    return list(fold_all(pack, *occasions, subject=subject).credits)


def points(pack: Pack | RuleHistory, *occasions: Occasion, subject: Subject = MEI) -> list[int]:
    return [credit.points for credit in credited(pack, *occasions, subject=subject)]


def minutes(pack: Pack | RuleHistory, *occasions: Occasion, subject: Subject = MEI) -> list[int]:
    return [credit.minutes for credit in credited(pack, *occasions, subject=subject)]
