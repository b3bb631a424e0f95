"""Limits: how often rewards may be had, per volunteer, household, group or unit, at one outlet or partner, in a window.

What one volunteer had is counted from their own holds. What several people share is kept in one `Quota` row per limit,
place and window: it is locked, goes up with a hold and down when the hold is let go or refunded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, LimitReached
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Hold, Quota, Volunteer
from points_engine.flow.people.households import HOUSEHOLD
from points_engine.flow.people.lookup import subject
from points_engine.flow.wire import canonical
from points_engine.rulebook.acts import Limit, limits_of
from points_engine.rulebook.kinds import Cap, Reward, Unknown
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.subjects import fact_on

COUNTED: Final = ("open", "confirmed", "refunded")
"""States of a hold that use up a limit; a whole refund gives it back."""

SHARED_BY: Final[Mapping[str, str]] = {"household": HOUSEHOLD, "group": "volunteer.teams"}
"""Which fact says with whom a limit is shared; units are those of the volunteer's row."""


@dataclass(frozen=True, slots=True)
class Taking:
    """What is about to be taken: of which reward, where, how many, and in which visit (empty: a visit of its own)."""

    reward: Reward
    outlet: str
    quantity: int
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """What a hold uses of a shared limit: `amount` items, or one redemption."""

    rule: str
    place: str
    counts: str
    amount: int


def check_limits(
    desk: Desk, pack: Pack, volunteer: Volunteer, taking: Taking, today: date, values: Mapping[str, Any]
) -> tuple[Use, ...]:
    """Whether every limit leaves room; answers what the shared ones lose by it.

    Raises, first that applies: InvalidValue (a limit is per outlet, and none is named), LimitReached.
    """
    limits = limits_of(pack, taking.reward, today, values)
    if not limits:
        return ()
    past = [hold for hold in desk.children(Hold, volunteer.id) if hold.scheme == pack.scheme and counts(hold, desk)]
    uses: dict[tuple[str, str], Use] = {}
    for limit in limits:
        if "outlet" in limit.same and not taking.outlet:
            named = Both("the outlet: a limit counts per outlet", "兑换点（限额按兑换点计）")
            raise InvalidValue(field="outlet", value="—", expected=named)
        about = [hold for hold in past if _is_about(hold, limit, pack, taking)]
        asked = taking.quantity if limit.counts == "items" else int(not _in_visit(about, taking))
        if limit.each == "volunteer":
            _room(limit, taking.reward, _used(about, limit, pack), asked)
            continue
        for place in _places(desk, pack, limit, volunteer, taking, today):
            known = desk.find(Quota, pack.scheme, limit.rule, place)
            _room(limit, taking.reward, 0 if known is None else known.used, asked)
            if asked:
                uses[limit.rule, place] = Use(limit.rule, place, limit.counts, asked)
    return tuple(uses.values())


def _room(limit: Limit, reward: Reward, used: int, asked: int) -> None:
    if used + asked > limit.most:
        title = Both(reward.title.en, reward.title.zh)
        raise LimitReached(limit=limit.rule, reward=title, used=used, most=limit.most, until=limit.until)


def counts(hold: Hold, desk: Desk) -> bool:
    """Whether a hold uses up limits: a lapsed one no longer does, nor one that was given back whole."""
    if hold.state == "open":
        return hold.kept_until >= desk.now
    return hold.state in COUNTED and hold.refunded_quantity < hold.quantity


def _used(holds: Iterable[Hold], limit: Limit, pack: Pack) -> int:
    within = [hold for hold in holds if limit.covers(hold.placed_at.astimezone(pack.zone).date())]
    if limit.counts == "items":
        return sum(hold.quantity - hold.refunded_quantity for hold in within)
    return len({hold.visit or hold.id for hold in within})


def _in_visit(holds: Iterable[Hold], taking: Taking) -> bool:
    """Whether an earlier reward of the same visit counts already: a visit is one redemption."""
    return bool(taking.visit) and any(hold.visit == taking.visit for hold in holds)


def _is_about(hold: Hold, limit: Limit, pack: Pack, taking: Taking) -> bool:
    if not limit.any_reward and hold.reward not in _rewards(limit, pack, taking.reward):
        return False
    if "partner" in limit.same and hold.partner != taking.reward.partner:
        return False
    return "outlet" not in limit.same or (hold.confirmed_outlet or hold.outlet) == taking.outlet


def _rewards(limit: Limit, pack: Pack, reward: Reward) -> tuple[str, ...]:
    """The rewards that a limit is about: those it names together, or the one in hand."""
    cap = pack.rules.get(limit.rule)
    alone = isinstance(cap, Cap) and "reward" in cap.same
    return limit.rewards if limit.rewards and not alone else (reward.id,)


# ---- what is shared ------------------------------------------------------------------------------------------------


def quota_needs(desk: Desk, pack: Pack, volunteer: Volunteer, taking: Taking) -> Iterator[Need]:
    """The rows of the shared limits that a taking may touch."""
    today = desk.now.astimezone(pack.zone).date()
    if all(cap.each == "volunteer" for cap in (*taking.reward.limits, *_general(desk, pack))):
        return
    for limit in limits_of(pack, taking.reward, today, {}):
        if limit.each != "volunteer":
            for place in _places(desk, pack, limit, volunteer, taking, today):
                yield OneRow(Quota, (pack.scheme, limit.rule, place))


def _general(desk: Desk, pack: Pack) -> list[Cap]:
    """The limits that are not one reward's own."""
    return desk.memo(("caps at redeem", pack.hash), lambda: [cap for cap in pack.of_kind(Cap) if cap.at == "redeem"])


def _places(desk: Desk, pack: Pack, limit: Limit, volunteer: Volunteer, taking: Taking, today: date) -> list[str]:
    """Where a limit is counted: with whom it is shared, in which window, and what else has to be the same."""
    window = f"{limit.since.isoformat()}..{limit.until.isoformat()}"
    same = {"partner": taking.reward.partner, "outlet": taking.outlet}
    kept = [f"{name}/{value}" for name, value in same.items() if name in limit.same]
    if not limit.any_reward and _rewards(limit, pack, taking.reward) == (taking.reward.id,):
        kept.append(f"reward/{taking.reward.id}")
    return ["|".join((whose, window, *kept)) for whose in _sharing(desk, limit.each, volunteer, today)]


def _sharing(desk: Desk, each: str, volunteer: Volunteer, today: date) -> list[str]:
    """With whom a limit is shared; who belongs to nobody has it alone."""
    if each == "unit":
        found: object = volunteer.home_unit
    else:
        found = fact_on(subject(desk, volunteer), SHARED_BY[each], today)
    names = found if isinstance(found, tuple) else () if isinstance(found, Unknown) or not found else (found,)
    return [f"{each}/{name}" for name in names] or [f"volunteer/{volunteer.id}"]


def take(desk: Desk, scheme: str, uses: Iterable[Use]) -> str:
    """Use shared limits up; answers what the hold remembers of it, as JSON."""
    kept = []
    for use in uses:
        known = desk.find(Quota, scheme, use.rule, use.place)
        desk.put(Quota(scheme, use.rule, use.place, use.amount + (0 if known is None else known.used)))
        kept.append([use.rule, use.place, use.counts, use.amount])
    return canonical(kept) if kept else "[]"


def used_needs(hold: Hold) -> Iterator[Need]:
    """The shared limits that a hold has used."""
    for rule, place, _, _ in json.loads(hold.quotas_json) if hold.quotas_json != "[]" else ():
        yield OneRow(Quota, (hold.scheme, rule, place))


def give_back(desk: Desk, hold: Hold, quantity: int, *, whole: bool) -> None:
    """Shared limits get back what a hold used: items as they come back, the redemption with the last of them."""
    for rule, place, counted, amount in json.loads(hold.quotas_json) if hold.quotas_json != "[]" else ():
        back = quantity if counted == "items" else amount if whole else 0
        known = desk.find(Quota, hold.scheme, rule, place)
        assert known is not None, "what a hold used has its limit"
        if back:
            assert known.used >= back, "no more comes back than was used"
            desk.put(Quota(hold.scheme, rule, place, known.used - back))
