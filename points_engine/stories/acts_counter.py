"""Acts at the counter and with money: holds, redemptions, donations, openings, adjustments, expiry."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from points_engine.flow.counter.cards import LinkPhone, card_key, code_at, step_of
from points_engine.flow.counter.carrying import CarryStock
from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.counter.visits import OpenVisit, Redeem, RewardTaken
from points_engine.flow.money.adjustments import DecideAdjustment, ProposeAdjustment
from points_engine.flow.money.funds import AllotPoints, ReceiveDonation, RegisterFund
from points_engine.flow.money.gifts import GiveFromGroup, GivePoints
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome
from points_engine.flow.programme import RegisterGroup
from points_engine.rulebook.kinds import Reward
from points_engine.stories.acts import Play
from points_engine.stories.books import Hold
from points_engine.stories.claims import Answer, answer_of
from points_engine.stories.pages import Act
from points_engine.stories.stage import SECRET, Stage, Unplayable


def _ask(act: Act, stage: Stage, command: object, otherwise: str) -> Outcome:
    return stage.ask(command, act.value("by", otherwise), act.value("key", ""))


def units(amount: Decimal, scale: int) -> int:
    """A decimal amount in smallest units.

    Raises: Unplayable, for one that is finer.
    """
    scaled = amount.scaleb(scale)
    if scaled != int(scaled):
        raise Unplayable(f"{amount} is finer than the smallest unit")
    return int(scaled)


def money(minor: int) -> str:
    """An amount of money with two decimals."""
    return f"{Decimal(minor).scaleb(-2):.2f}"


def hold(act: Act, stage: Stage) -> Answer:
    """`hold h1 mei cinema_ticket times 2 at cinema`."""
    volunteer = stage.volunteer(act["volunteer"])
    scheme = stage.scheme(act.value("in"), act["reward"])
    rule = stage.in_force[scheme].rules.get(act["reward"])
    outlet = ""
    if "at" in act.arguments:
        partner = rule.partner if isinstance(rule, Reward) else act["at"].lstrip("?")
        outlet = stage.outlet(act["at"], partner)
    command = PlaceHold(volunteer, scheme, act["reward"], outlet, act.value("times", 1), *_wish(act))
    outcome = _ask(act, stage, command, volunteer)
    if outcome.is_accepted:
        stage.known.codes[act["label"]] = str(outcome.result["code"])
    return answer_of(outcome, _hold_claims(outcome))


def _wish(act: Act) -> tuple[str, int | None, Fraction | None]:
    """`choosing toothpaste`, `asking 12.00 offering 5`."""
    asked = units(act["asking"], 2) if "asking" in act.arguments else None
    return act.value("choosing", ""), asked, Fraction(act["offering"]) if "offering" in act.arguments else None


def _hold_claims(outcome: Outcome) -> list[str]:
    result = outcome.result
    claims = [str(result.get("state", "")), f"{result.get('points', 0)} points"]
    if result.get("money"):
        claims.append(f"{money(result['money'])} cash")
    if result.get("again"):
        claims.append("again")
    return claims


def move_stock(act: Act, stage: Stage) -> Answer:
    """`move_stock soap donated 20 at wangs because "a neighbour"`; `bought`, `lost`, `counted`."""
    scheme = stage.scheme(act.value("in"), act["reward"])
    rule = stage.in_force[scheme].rules.get(act["reward"])
    partner = rule.partner if isinstance(rule, Reward) else ""
    outlet = stage.outlet(act["at"], partner) if "at" in act.arguments else ""
    command = MoveStock(scheme, act["reward"], act["stock"], act["items"], outlet, act.value("because", ""))
    outcome = _ask(act, stage, command, "clerk")
    return answer_of(outcome, [f"{outcome.result.get('available')} available"])


def carry_stock(act: Act, stage: Stage) -> Answer:
    """`carry_stock soap 5 from wangs to lis`; `from` left out is the shelf that all have in common, `to` as well."""
    scheme = stage.scheme(act.value("in"), act["reward"])
    rule = stage.in_force[scheme].rules.get(act["reward"])
    partner = rule.partner if isinstance(rule, Reward) else ""
    there, here = (stage.outlet(act[name], partner) if name in act.arguments else "" for name in ("from", "to"))
    command = CarryStock(scheme, act["reward"], act["items"], there, here, act.value("because", ""))
    outcome = _ask(act, stage, command, "clerk")
    left, arrived = (outcome.result.get(name, {}).get("available") for name in ("left", "arrived"))
    return answer_of(outcome, [f"{left} left", f"{arrived} available"])


def link_phone(act: Act, stage: Stage) -> Answer:
    """`link_phone mei`: her phone shows her codes from now on."""
    volunteer = stage.volunteer(act["volunteer"])
    outcome = _ask(act, stage, LinkPhone(volunteer), "kiosk")
    if outcome.is_accepted:
        stage.known.generations[volunteer] = int(outcome.result["generation"])
    return answer_of(outcome, [])


def visit(act: Act, stage: Stage) -> Answer:
    """`visit v1 mei at wangs showing phone`; `showing old_phone` and `showing 12345678` as well; `fetched_by bo`."""
    volunteer = stage.volunteer(act["volunteer"])
    fetcher = stage.volunteer(act["fetched_by"]) if "fetched_by" in act.arguments else ""
    outlet = stage.outlet(act["at"], next(iter(stage.known.partners)))
    shown = _on_the_phone(stage, fetcher or volunteer, act.value("showing", ""))
    outcome = _ask(act, stage, OpenVisit(volunteer, outlet, shown, fetcher), f"outlet:{outlet}")
    if outcome.is_accepted:
        stage.known.visits[act["label"]] = str(outcome.result["visit"])
    return answer_of(outcome, [])


def _on_the_phone(stage: Stage, volunteer: str, showing: str) -> str:
    """The code that a volunteer's phone shows now, or that of the phone before it."""
    if showing not in ("phone", "old_phone"):
        return showing
    generation = stage.known.generations.get(volunteer, 0) - (showing == "old_phone")
    key = card_key(SECRET, stage.books.identity(volunteer), generation)
    return code_at(key, step_of(stage.clock()))


def redeem(act: Act, stage: Stage) -> Answer:
    """`redeem v1 soap` or `redeem v1 soap tea`, everything or nothing; the codes are `v1` and `v1.2`."""
    rewards = [act[name] for name in ("reward", "more", "third") if name in act.arguments]
    taken = [
        RewardTaken(stage.scheme(act.value("in"), each), each, act.value("times", 1), *(_wish(act) if not n else ()))
        for n, each in enumerate(rewards)
    ]
    label = act["label"]
    outcome = _ask(act, stage, Redeem(stage.known.visits.get(label, label.lstrip("?")), tuple(taken)), "counter")
    for number, each in enumerate(outcome.result.get("rewards", ()), start=1):
        stage.known.codes[label if number == 1 else f"{label}.{number}"] = str(each["code"])
    claims = [f"{each['points']} points" for each in outcome.result.get("rewards", ())]
    if outcome.result.get("money"):
        claims.append(f"{money(outcome.result['money'])} cash")
    return answer_of(outcome, claims)


def confirm(act: Act, stage: Stage) -> Answer:
    """`confirm h1 at cinema`; an outlet that nobody has named belongs to the reward's partner."""
    code = stage.code(act["label"])
    outlet = act.value("at") or _partner_of(stage, code)
    outlet = stage.outlet(outlet, _partner_of(stage, code))
    outcome = _ask(act, stage, ConfirmHold(code, outlet), f"outlet:{outlet}")
    return answer_of(outcome, _hold_claims(outcome))


def _partner_of(stage: Stage, code: str) -> str:
    found = stage.books.rows(Hold, code=code)
    return str(found[0].partner) if found else next(iter(stage.known.partners))


def cancel(act: Act, stage: Stage) -> Answer:
    """`cancel h1`."""
    outcome = _ask(act, stage, CancelHold(stage.code(act["label"])), "counter")
    return answer_of(outcome, [str(outcome.result.get("state", ""))])


def expire(act: Act, stage: Stage) -> Answer:
    """`expire h1`: the sweep comes by."""
    outcome = _ask(act, stage, ExpireHold(stage.code(act["label"])), "sweep")
    return answer_of(outcome, [str(outcome.result.get("state", ""))])


def refund(act: Act, stage: Stage) -> Answer:
    """`refund h1 times 1 at cinema`; without an outlet, staff do it."""
    code = stage.code(act["label"])
    outlet = stage.outlet(act["at"], _partner_of(stage, code)) if "at" in act.arguments else ""
    command = RefundRedemption(code, act.value("because", "returned"), outlet, act.value("times"))
    outcome = _ask(act, stage, command, f"outlet:{outlet}" if outlet else "clerk")
    return answer_of(outcome, _hold_claims(outcome))


# ---- money ---------------------------------------------------------------------------------------------------------


def donate(act: Act, stage: Stage) -> Answer:
    """`donate community 500.00 from "a shop"`; the fund is registered with its first donation."""
    fund = act["fund"]
    if fund.startswith("?"):
        fund = fund[1:]
    elif not any(fund in pack.funds for pack in stage.in_force.values()):
        stage.set_up(RegisterFund(fund, fund, fund))
    command = ReceiveDonation(fund, units(act["amount"], 2), act.value("from", "a donor"))
    return answer_of(_ask(act, stage, command, "clerk"), [])


def allot(act: Act, stage: Stage) -> Answer:
    """`allot government 100 in nansha`: points for grants come into a fund."""
    fund, scheme = act["fund"].lstrip("?"), stage.scheme(act.value("in"))
    if not act["fund"].startswith("?") and not any(fund in pack.funds for pack in stage.in_force.values()):
        stage.set_up(RegisterFund(fund, fund, fund))
    command = AllotPoints(fund, scheme, Fraction(act["points"]), act.value("because", "a decision"))
    outcome = _ask(act, stage, command, "clerk")
    return answer_of(outcome, [f"{outcome.result.get('points')} points"])


def register_group(act: Act, stage: Stage) -> Answer:
    """`register_group lions`: a team that can be given points."""
    command = RegisterGroup(act["group"], act["group"], act["group"])
    return answer_of(_ask(act, stage, command, "clerk"), [])


def give(act: Act, stage: Stage) -> Answer:
    """`give mei 5 to bo kin child`, `give mei 5 fund community`, `give mei 5 group lions`."""
    giver, scheme = stage.volunteer(act["volunteer"]), stage.scheme(act.value("in"))
    command = GivePoints(giver, scheme, Fraction(act["points"]), *_receiver(act, stage), act.value("kin", ""))
    return _given(_ask(act, stage, command, "clerk"))


def give_on(act: Act, stage: Stage) -> Answer:
    """`give_on lions 5 to bo`: a group gives on what it was given."""
    scheme = stage.scheme(act.value("in"))
    command = GiveFromGroup(act["group"].lstrip("?"), scheme, Fraction(act["points"]), *_receiver(act, stage))
    return _given(_ask(act, stage, command, "clerk"))


def _receiver(act: Act, stage: Stage) -> tuple[str, str]:
    for kind in ("fund", "group"):
        if kind in act.arguments and not (kind == "group" and act.name == "give_on"):
            return kind, act[kind].lstrip("?")
    return "volunteer", stage.volunteer(act["to"])


def _given(outcome: Outcome) -> Answer:
    return answer_of(outcome, [f"{outcome.result.get('points')} points", f"rule {outcome.result.get('rule')}"])


def opening(act: Act, stage: Stage) -> Answer:
    """`opening mei 1500 until 2026-12-31`: one lot brought along."""
    scheme = stage.scheme(act.value("in"))
    points = units(act["points"], stage.scales[scheme])
    stage.known.openings += 1
    command = OpenBalance(stage.volunteer(act["volunteer"]), scheme, points, stage.known.openings, act.value("until"))
    return answer_of(_ask(act, stage, command, "clerk"), [f"{act['points']} points"])


def adjust(act: Act, stage: Stage) -> Answer:
    """`adjust a1 mei -5 because "typed twice" by bo`."""
    scheme = stage.scheme(act.value("in"))
    amount = units(act["points"], stage.scales[scheme])
    command = ProposeAdjustment(stage.volunteer(act["volunteer"]), scheme, amount, act.value("because", "mistake"))
    outcome = _ask(act, stage, command, "clerk")
    if outcome.is_accepted:
        stage.known.adjustments[act["label"]] = str(outcome.result["adjustment"])
    return answer_of(outcome, [str(outcome.result.get("state", "")), f"{outcome.result.get('amount')} points"])


def decide(act: Act, stage: Stage) -> Answer:
    """`decide a1 approve by lea`."""
    if act["decision"] not in ("approve", "reject"):
        raise Unplayable("a decision is approve or reject")
    adjustment = stage.known.adjustments.get(act["label"], act["label"].lstrip("?"))
    outcome = _ask(act, stage, DecideAdjustment(adjustment, act["decision"] == "approve"), "approver")
    return answer_of(outcome, [str(outcome.result.get("state", ""))])


def lapse(act: Act, stage: Stage) -> Answer:
    """`lapse mei`: the sweep takes expired lots away."""
    command = ExpireLots(stage.volunteer(act["volunteer"]), stage.scheme(act.value("in")))
    outcome = _ask(act, stage, command, "sweep")
    claims: Sequence[str] = [f"{outcome.result.get('expired')} points"]
    return answer_of(outcome, claims)


PLAYS: dict[str, Play] = {
    "hold": hold, "confirm": confirm, "cancel": cancel, "expire": expire, "refund": refund, "move_stock": move_stock,
    "carry_stock": carry_stock,
    "link_phone": link_phone, "visit": visit, "redeem": redeem, "donate": donate, "allot": allot, "give": give,
    "register_group": register_group, "give_on": give_on,
    "opening": opening, "adjust": adjust, "decide": decide, "lapse": lapse,
}  # fmt: skip
