"""What is left after a redemption, where the pack's expiry rule says that it is lost (`on_redeem: zero`)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from points_engine.flow.desk import Desk
from points_engine.flow.entities import Hold
from points_engine.flow.rules import rule_history
from points_engine.flow.wire import canonical
from points_engine.ledger import amounts
from points_engine.ledger.entries import Line
from points_engine.rulebook.acts import in_force
from points_engine.rulebook.kinds import Expiry
from points_engine.rulebook.prices import with_day


def zeroed(desk: Desk, hold: Hold) -> tuple[Hold, list[Line]]:
    """A hold that takes with it what its volunteer could still spend, and the lines that forfeit it.

    The first expiry rule in force decides, as it does for a lot's last day.  A reward of price 0 takes nothing along.
    """
    history = rule_history(desk, hold.scheme)
    if not hold.points or not history.versions:
        return hold, []
    pack = history.on(desk.now.astimezone(history.versions[-1][1].zone).date())
    today = desk.now.astimezone(pack.zone).date()
    known = with_day(pack, today, {})
    rule = next((each for each in pack.of_kind(Expiry) if in_force(each, today, known)), None)
    if rule is None or rule.on_redeem != "zero":
        return hold, []
    wallet, asset = amounts.volunteer(hold.volunteer_id), amounts.points(hold.scheme)
    held = desk.account(wallet, asset).lots.items()
    lots = sorted((day, amount) for day, amount in held if amount and day >= today)
    if not lots:
        return hold, []
    lines = [Line(wallet, asset, -amount, day) for day, amount in lots]
    lines.append(Line(amounts.scheme(hold.scheme, "forfeited"), asset, sum(amount for _, amount in lots)))
    kept = canonical([[day.isoformat(), amount] for day, amount in lots])
    return replace(hold, zeroed_json=kept), lines


def given_back(hold: Hold) -> list[tuple[date, int]]:
    """The lots that a hold took along, by last usable day: a whole refund gives them back."""
    if hold.zeroed_json == "[]":
        return []
    return [(date.fromisoformat(day), amount) for day, amount in json.loads(hold.zeroed_json)]
