"""Rewards without YAML: what a version offers, and a version in which one of them is new, another, or ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Administrator, Anybody
from api.asked import NewReward, RewardEnd, RewardVersion
from api.gateway import Books, Write
from api.problems import responses
from api.told import Offered, OfferedReward, RewardsShown, words
from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound
from points_engine.flow.programme import PublishPack
from points_engine.reading import View
from points_engine.reading.rewards import RewardView, Version, newest, rewards, version
from points_engine.rulebook.amending import Plain, amended, written
from points_engine.rulebook.lint import lint
from points_engine.rulebook.problems import PackProblems, Problem

router = APIRouter(prefix="/v1/rewards", tags=["programme"])

FILE = "rewards.yaml"
"""Where rewards that are new stand in a version."""


@router.get("", summary="The rewards of a scheme", responses=responses(404, 409))
async def list_rewards(
    caller: Anybody, books: Books, scheme: Annotated[str, Query(min_length=1, max_length=64)]
) -> RewardsShown:
    """Every reward of the newest version of a scheme's rules, with its terms as the version writes them."""
    caller.in_scheme(scheme)

    def ask(view: View) -> tuple[Version, list[RewardView]]:
        last = newest(view, scheme)
        return last, rewards(view, last)

    last, found = await books.read(ask)
    return RewardsShown(
        scheme=scheme, base=last.hash, effective_on=last.effective_on, items=[_shown(each) for each in found]
    )


@router.post("", status_code=201, summary="Offer a reward, or change one", responses=responses(400, 404, 409))
async def offer_reward(asked: NewReward, caller: Administrator, books: Books, write: Write) -> Offered:
    """A new version of the scheme's rules with this reward, in force from a day to come. Everything else stays.

    `base` is the version that was looked at (`GET /v1/rewards`): refused if there is another by now, so that nobody's
    change is lost. What is already reserved keeps its terms. Of a reward that is there, what this form cannot say
    (`choose`, `face`, `valid`, requirements) stays; everything else is as it is said here.
    """
    caller.over_all()
    base = await books.read(lambda view: version(view, asked.scheme, asked.base))
    return await _publish(write, caller.principal, base, _rules(base, asked), asked.reward, asked)


@router.post("/{reward}/end", summary="End a reward", responses=responses(400, 404, 409))
async def end_reward(reward: str, asked: RewardEnd, caller: Administrator, books: Books, write: Write) -> Offered:
    """A new version of the scheme's rules in which this reward has its last day. Vouchers that are out keep theirs."""
    caller.over_all()
    base = await books.read(lambda view: version(view, asked.scheme, asked.base))
    found = written(base.text, "reward").get(reward)
    if found is None:
        raise NotFound(what="reward", code=reward)
    rules = [("reward", {**found, "until": asked.last_day.isoformat()})]
    return await _publish(write, caller.principal, base, rules, reward, asked)


async def _publish(
    write: Write,
    principal: str,
    base: Version,
    rules: Sequence[tuple[str, Plain]],
    reward: str,
    asked: RewardVersion,
) -> Offered:
    try:
        pack = amended(base.text, rules, FILE)
        odd = [each for each in lint(pack) if each.severity == "error"]
    except PackProblems as wrong:
        raise _refused(reward, wrong.problems) from None
    if odd:
        raise _refused(reward, odd)
    command = PublishPack(pack.canonical, asked.effective_on, base.hash)
    done = await write.submit(command, principal)
    return Offered(**done, reward=reward, effective_on=asked.effective_on)


def _rules(base: Version, asked: NewReward) -> Sequence[tuple[str, Plain]]:
    """The reward as a pack writes it, and a parameter for each of its numbers, dated and with its source."""
    title = {"zh": asked.title_zh, "en": asked.title_en}
    since, numbers = asked.effective_on.isoformat(), list[tuple[str, Plain]]()
    known = written(base.text, "parameter")

    def number(suffix: str, zh: str, en: str, measured_in: str, value: str) -> str:
        identity = f"{asked.reward}_{suffix}"
        before = known.get(identity, {})
        values = {**before.get("values", {}), since: value}
        named = {"zh": f"{asked.title_zh}：{zh}", "en": f"{asked.title_en}: {en}"}
        rule = {"title": named, **before, "cite": asked.cite, "measured_in": measured_in, "values": values}
        numbers.append(("parameter", {"parameter": identity, **rule}))
        return identity

    price = {"points": number("points", "积分价", "price in points", "points", asked.points)}
    if asked.money:
        price["money"] = number("money", "加付金额", "cash on top", "money", str(asked.money))
    terms = {
        "outlets": asked.outlets,
        "stock": None if asked.stock is None else str(asked.stock),
        "stock_each": "outlet" if asked.stock_each_outlet else None,
        "hold": None if asked.hold_minutes is None else f"{asked.hold_minutes} min",
        "refund_days": str(asked.refund_days) if asked.refund_days else None,
        "uses": str(asked.uses) if asked.uses > 1 else None,
        "when": asked.when,
        "limits": [
            {"most": number(f"limit_{place}", "限额", "limit", "number", str(limit.most)), "over": limit.over,
             "each": limit.each}
            for place, limit in enumerate(asked.limits, start=1)
        ],
    }  # fmt: skip
    if asked.fund:
        terms |= {
            "fund": asked.fund,
            "pays": number("pays", "结算价", "what the partner is paid", "money", str(asked.pays)),
        }
    kept = written(base.text, "reward").get(asked.reward, {})
    rule = {name: value for name, value in kept.items() if name not in (*terms, "fund", "pays", "until")}
    rule |= {"reward": asked.reward, "title": title, "cite": asked.cite, "category": asked.category,
             "partner": asked.partner, "price": [price]}  # fmt: skip
    rule |= {name: value for name, value in terms.items() if value not in (None, [])}
    return [*numbers, ("reward", rule)]


def _refused(reward: str, problems: Iterable[Problem]) -> InvalidValue:
    """What a version with this reward would be wrong in, all of it at once."""
    reasons = [{"field": each.place.file, "say": {"zh": each.in_language("zh"), "en": each.in_language("en")}}
               for each in problems]  # fmt: skip
    expected = Both("terms that the rules can take (see reasons)", "规则可以接受的条件（见 reasons）")
    return InvalidValue(field="reward", value=reward, expected=expected, reasons=reasons)


def _shown(found: RewardView) -> OfferedReward:
    reward = found.reward
    return OfferedReward(
        reward=reward.id, title=words(reward.title), category=reward.category, partner=reward.partner,
        outlets=list(reward.outlets), fund=reward.fund or None, stock=reward.stock,
        stock_each_outlet=reward.has_shelves, available=found.stock.total, at_outlets=dict(found.stock.outlets),
        cite=reward.cite, until=reward.until_day, terms=dict(found.rule),
    )  # fmt: skip
