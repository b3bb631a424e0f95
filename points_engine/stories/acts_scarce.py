"""Acts of draws, and of vouchers that were taken without a network."""

from __future__ import annotations

from points_engine.flow.counter.offline import ConfirmOffline
from points_engine.flow.entities import Hold as HoldRow
from points_engine.flow.outcomes import Outcome
from points_engine.flow.scarce.cancelling import CancelDraw
from points_engine.flow.scarce.draws import DrawNow, OpenDraw
from points_engine.flow.scarce.takings import DeclineOffer, LapseOffer, TakeUpOffer
from points_engine.flow.scarce.tickets import EnterDraw, WithdrawEntry
from points_engine.rulebook.kinds import Draw as DrawRule
from points_engine.stories.acts import Play
from points_engine.stories.acts_counter import money
from points_engine.stories.books import Hold, Ticket, VolunteerNumber
from points_engine.stories.claims import Answer, answer_of
from points_engine.stories.pages import Act
from points_engine.stories.stage import Stage

PLACE = "place_"
"""Before the number of a place in the ranking: whoever stands there, when chance has decided who it is."""


def _ask(act: Act, stage: Stage, command: object, otherwise: str) -> Outcome:
    return stage.ask(command, act.value("by", otherwise), act.value("key", ""))


def bring(act: Act, stage: Stage) -> Answer:
    """`bring h1 at cinema on tablet taken 10:05`: a device brings what it took without a network."""
    code = stage.code(act["label"])
    rows = stage.books.rows(Hold, code=code)
    partner = str(rows[0].partner) if rows else next(iter(stage.known.partners))
    outlet = stage.outlet(act.value("at", partner), partner)
    said = stage.engine.voucher_token(HoldRow(*rows[0])) if rows else code
    device = act.value("on", outlet)
    at = act["taken"].on(stage.clock.today, stage.clock.zone) if "taken" in act.arguments else stage.clock()
    outcome = _ask(act, stage, ConfirmOffline(said, outlet, device, at), f"device:{device}")
    result = outcome.result
    claims = [str(result.get("state", ""))]
    if result.get("conflict"):
        claims += [f"conflict {result['conflict']}", f"charged {result['charged'] or 'nobody'}"]
        claims += [f"{money(result['pays'])} paid"] if result["pays"] else []
    if result.get("again"):
        claims.append("again")
    return answer_of(outcome, claims)


def open_draw(act: Act, stage: Stage) -> Answer:
    """`open_draw film by_lot ticket closes 2026-03-03T18:00 places 1 hours 24 at cinema`: a reward, or an activity."""
    scheme = stage.scheme(act.value("in"))
    rule = stage.in_force[scheme].rules.get(act["rule"])
    is_reward = not isinstance(rule, DrawRule) or rule.purpose == "reward"
    about = act["about"] if is_reward else stage.activity(act["about"])
    closes = act["closes"].on(stage.clock.today, stage.clock.zone)
    outlet = stage.outlet(act["at"], next(iter(stage.known.partners))) if "at" in act.arguments else ""
    command = OpenDraw(
        act["draw"], scheme, act["rule"], closes, about if is_reward else "", "" if is_reward else about,
        act.value("places"), act.value("hours", 48), outlet,
    )  # fmt: skip
    outcome = _ask(act, stage, command, "clerk")
    committed = ["committed"] if outcome.result.get("commitment") else []
    return answer_of(outcome, [str(outcome.result.get("state")), f"{outcome.result.get('places')} places", *committed])


def who(act: Act, stage: Stage) -> str:
    """The volunteer that is named, or whoever stands at a place of the ranking."""
    named: str = act["volunteer"]
    place = named.removeprefix(PLACE)
    if place == named or not place.isdigit():
        return stage.volunteer(named)
    for ticket in stage.books.rows(Ticket, draw=act["draw"], place=int(place)):
        numbers = stage.books.rows(VolunteerNumber, volunteer_id=ticket.volunteer_id)
        return str(numbers[0].number)
    return named


def _ticket(outcome: Outcome) -> Answer:
    result = outcome.result
    claims = [f"ticket {result.get('ticket')}", str(result.get("state"))]
    if "passes_to" in result:
        claims += ["passes on", f"passes to {result['passes_to']}"] if result["passes_to"] else ["passes to nobody"]
    if result.get("redemption"):
        claims.append(f"{result['redemption']['points']} points")
    return answer_of(outcome, claims)


def enter(act: Act, stage: Stage) -> Answer:
    """`enter film mei`."""
    return _ticket(_ask(act, stage, EnterDraw(act["draw"], stage.volunteer(act["volunteer"])), "kiosk"))


def leave(act: Act, stage: Stage) -> Answer:
    """`leave film mei`: the entry is taken back."""
    return _ticket(_ask(act, stage, WithdrawEntry(act["draw"], who(act, stage)), "kiosk"))


def draw(act: Act, stage: Stage) -> Answer:
    """`draw film`."""
    outcome = _ask(act, stage, DrawNow(act["draw"]), "clerk")
    result = outcome.result
    counted = (
        f"{len(result.get('winners', ()))} offered",
        f"{result.get('waiting')} waiting",
        f"{result.get('out')} out",
    )
    return answer_of(outcome, [str(result.get("state")), *counted])


def take_up(act: Act, stage: Stage) -> Answer:
    """`take_up film place_1 as h1 at cinema`: who won takes the place; `h1` is the voucher."""
    outlet = stage.outlet(act["at"], next(iter(stage.known.partners))) if "at" in act.arguments else ""
    command = TakeUpOffer(act["draw"], who(act, stage), outlet, act.value("choosing", ""))
    outcome = _ask(act, stage, command, "kiosk")
    if outcome.result.get("redemption"):
        stage.known.codes[act.value("as", act["draw"])] = str(outcome.result["redemption"]["code"])
    return _ticket(outcome)


def decline(act: Act, stage: Stage) -> Answer:
    """`decline film place_1`."""
    return _ticket(_ask(act, stage, DeclineOffer(act["draw"], who(act, stage)), "kiosk"))


def pass_over(act: Act, stage: Stage) -> Answer:
    """`pass_over film place_1`: the sweep lets an offer go whose time is over."""
    holder = stage.books.identity(who(act, stage))
    tickets = stage.books.rows(Ticket, draw=act["draw"], volunteer_id=holder)
    return _ticket(_ask(act, stage, LapseOffer(act["draw"], tickets[-1].ticket if tickets else 1), "sweep"))


def cancel_draw(act: Act, stage: Stage) -> Answer:
    """`cancel_draw film because "no film"`."""
    outcome = _ask(act, stage, CancelDraw(act["draw"], act.value("because", "cancelled")), "clerk")
    return answer_of(outcome, [str(outcome.result.get("state")), f"{outcome.result.get('void')} void"])


PLAYS: dict[str, Play] = {
    "bring": bring, "open_draw": open_draw, "enter": enter, "leave": leave, "draw": draw, "take_up": take_up,
    "decline": decline, "pass_over": pass_over, "cancel_draw": cancel_draw,
}  # fmt: skip
