"""Questions: lines of a story that change nothing and look into the books."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from points_engine.flow.counter.shelves import begins_with
from points_engine.ledger import amounts
from points_engine.ledger.amounts import NEVER, shown
from points_engine.rulebook.answering import answer
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.sentences import explanation
from points_engine.stories.acts_counter import money
from points_engine.stories.acts_scarce import who
from points_engine.stories.books import Fund, Hold, OfflineUse, Shelf, Ticket, TierHeld
from points_engine.stories.claims import normal
from points_engine.stories.pages import Act
from points_engine.stories.stage import Stage, Unplayable

PARTS = ("", "held", "donate_only", "debt")

_CLAIM = re.compile(r"(\S+) (points|held|donate_only|debt|min)(?: until (\d{4}-\d{2}-\d{2}))?")
_MONEY = re.compile(r"(\S+) (free|reserved|payable|points|given)(?: in (\S+))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks, what the books say, and whether they agree."""

    expected: str
    found: str
    holds: bool


Question = Callable[[Act, Stage], Asked]


def balance(act: Act, stage: Stage) -> Asked:
    """`balance mei 1500 points, 3 donate_only, 99h`; `as_of` a day it happened, `known_on` a day it was recorded."""
    scheme = stage.scheme(act.value("in"))
    identity = stage.books.identity(stage.volunteer(act["volunteer"]))
    before, by = _until(act, stage)
    asset, scale = amounts.points(scheme), stage.scales[scheme]
    known: dict[str, str] = {}
    for part in PARTS:
        account = amounts.volunteer(identity, part)
        total = stage.books.total(account, asset, before, by)
        known[part or "points"] = shown(total, scale)
        if part == "" and before is None:
            lots = stage.books.lots(account, asset)
            known["points"] = shown(sum(held for day, held in lots.items() if day >= stage.clock.today), scale)
            for day, held in lots.items():
                known[f"points until {day.isoformat()}"] = shown(held, scale)
            known.setdefault(f"points until {NEVER.isoformat()}", "0")
    known["min"] = str(stage.books.total(amounts.volunteer(identity), amounts.MINUTES, before, by))
    return _compared(act["claims"], _CLAIM, known, act.source)


def _until(act: Act, stage: Stage) -> tuple[datetime | None, str]:
    for option, by in (("as_of", "occurred_at"), ("known_on", "recorded_at")):
        if option in act.arguments:
            try:
                day = date.fromisoformat(act[option])
            except ValueError:
                raise Unplayable(f"'{act[option]}' is not a day such as 2026-03-01") from None
            begins = datetime.combine(day + timedelta(days=1), time(), stage.clock.zone)
            return begins.astimezone(UTC), by
    return None, "occurred_at"


def _compared(claims: str, pattern: re.Pattern[str], known: Mapping[str, str], source: str) -> Asked:
    """Each `VALUE NAME [until DAY]` of the claims against what is known."""
    wanted = normal(claims.replace(",", " "))
    expected, found = [], []
    rest = wanted
    for match in pattern.finditer(wanted):
        value, name = match[1], match[2] + (f" until {match[3]}" if pattern is _CLAIM and match[3] else "")
        expected.append(f"{value} {name}")
        found.append(f"{known.get(name, '0')} {name}")
        rest = rest.replace(match[0], "", 1)
    if rest.strip() or not expected:
        raise Unplayable(f"'{rest.strip() or source}' is not something that can be asked here")
    return Asked(", ".join(expected), ", ".join(found), expected == found)


def tier(act: Act, stage: Stage) -> Asked:
    """`tier mei stars star_1`, or `none`: the highest level reached and not taken back."""
    scheme = stage.scheme(act.value("in"))
    identity = stage.books.identity(stage.volunteer(act["volunteer"]))
    held = stage.books.rows(TierHeld, scheme=scheme, volunteer_id=identity, tier=act["tier"])
    today = stage.clock.today
    levels = sorted((row.from_day, row.level) for row in held if not row.is_void and row.from_day <= today)
    found = levels[-1][1] if levels else "none"
    return Asked(act["level"], found, act["level"] == found)


def fund(act: Act, stage: Stage) -> Asked:
    """`fund community 999990.00 free, 10.00 reserved`, `fund government 90 points`."""
    code = act["fund"]
    rows = stage.books.rows(Fund, code=code)
    if not rows:
        raise Unplayable(f"there is no fund '{code}'")
    currency = rows[0].currency
    known = {
        "free": money(stage.books.total(amounts.fund(code), currency)),
        "reserved": money(stage.books.total(amounts.fund(code, "reserved"), currency)),
        "given": money(-stage.books.total(amounts.fund(code, "donors"), currency)),
    }
    for scheme in stage.in_force:
        left = stage.books.total(amounts.fund(code), amounts.points(scheme))
        if left or len(stage.in_force) == 1:
            known["points"] = shown(left, stage.scales[scheme])
    return _compared(act["claims"], _MONEY, known, act.source)


def group(act: Act, stage: Stage) -> Asked:
    """`group lions 5 points`, where several schemes are in force those of the one that it has points of."""
    known = {"points": "0"}
    for scheme in stage.in_force:
        if there := stage.books.total(amounts.group(act["group"]), amounts.points(scheme)):
            known["points"] = shown(there, stage.scales[scheme])
    return _compared(act["claims"], _MONEY, known, act.source)


def owed(act: Act, stage: Stage) -> Asked:
    """`owed museum 10.00 payable, 20 points`: what a partner has earned, and the points it collected."""
    partner = act["partner"]
    known = {"payable": money(0), "points": "0"}
    for scheme, pack in stage.in_force.items():
        payable = stage.books.total(amounts.partner(partner, "payable"), pack.currency)
        collected = stage.books.total(amounts.partner(partner, "redeemed"), amounts.points(scheme))
        known["payable"] = money(payable)
        if collected:
            known["points"] = shown(collected, pack.scale)
    return _compared(act["claims"], _MONEY, known, act.source)


def stock(act: Act, stage: Stage) -> Asked:
    """`stock tote_bag 499`; of shelves of outlets `stock tote_bag 5 at wangs`, or all that were opened together."""
    scheme = stage.scheme(act.value("in"), act["reward"])
    place = {"outlet": act["at"]} if "at" in act.arguments else {}
    rows = stage.books.rows(Shelf, scheme=scheme, reward=act["reward"], **place)
    rule = stage.in_force[scheme].rules.get(act["reward"])
    found = begins_with(rule) if isinstance(rule, Reward) and not rows else None
    if rows and all(row.available is not None for row in rows):
        found = sum(row.available for row in rows)
    return Asked(str(act["left"]), str(found), act["left"] == found)


def holds(act: Act, stage: Stage) -> Asked:
    """`holds h1 confirmed`: the state that a hold is in."""
    found = stage.books.rows(Hold, code=stage.code(act["label"]))[0].state
    return Asked(act["state"], found, act["state"] == found)


def conflicts(act: Act, stage: Stage) -> Asked:
    """`conflicts cinema 1`: how many vouchers that an outlet took without a network could not be confirmed."""
    found = sum(bool(row.conflict) for row in stage.books.rows(OfflineUse, outlet=act["outlet"]))
    return Asked(str(act["listed"]), str(found), act["listed"] == found)


def ticket(act: Act, stage: Stage) -> Asked:
    """`ticket film mei waiting`: the state of somebody's newest ticket in a draw."""
    rows = stage.books.rows(Ticket, draw=act["draw"], volunteer_id=stage.books.identity(who(act, stage)))
    found = str(rows[-1].state) if rows else "none"
    return Asked(act["state"], found, act["state"] == found)


def verified(act: Act, stage: Stage) -> Asked:
    """`verified film`: drawn again from what is published, it comes out the same."""
    faults = stage.books.faults_of_draw(act["draw"])
    return Asked("nothing wrong", " | ".join(faults) or "nothing wrong", not faults)


def says(act: Act, stage: Stage) -> Asked:
    """`says mei garden contains "2 points"`: the explanation of a decision, in either language."""
    wanted = act.value("contains", "")
    told = told_about(stage, stage.record(act["record"], act.value("activity")))
    return Asked(f'contains "{wanted}"', " | ".join(told), any(wanted in line for line in told))


def told_about(stage: Stage, fact: str) -> list[str]:
    """The decisions in force about a fact, in both languages: a sentence each, then step by step."""
    lines = []
    for trace in stage.books.traces(fact):
        digest = _pack_of(trace.content)
        if digest is None:
            continue
        pack = stage.books.pack(digest)
        for language in ("en", "zh"):
            lines += [answer(pack, trace.content, language), *explanation(pack, trace.content, language)]
    return lines


def _pack_of(content: str) -> str | None:
    found = re.search(r'"pack":"([0-9a-f]{64})"', content)
    return None if found is None else found[1]


QUESTIONS: Mapping[str, Question] = {
    "balance": balance, "tier": tier, "fund": fund, "group": group, "owed": owed, "stock": stock, "holds": holds,
    "conflicts": conflicts, "ticket": ticket, "verified": verified, "says": says,
}  # fmt: skip
