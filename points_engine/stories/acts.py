"""Acts about the clock, the programme and people: one function each, from the line to the engine's answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import RegisterVolunteer, SetStanding, StateFact
from points_engine.flow.programme import PublishPack, RegisterKiosk, RegisterOutlet, RegisterPartner, RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.stories.claims import Answer, answer_of, service_claims
from points_engine.stories.pages import Act
from points_engine.stories.stage import HOST, Stage, Unplayable
from points_engine.stories.values import as_day

Play: TypeAlias = Callable[[Act, Stage], Answer]

DONE = Answer(("ok",))


# ---- the clock -----------------------------------------------------------------------------------------------------


def day(act: Act, stage: Stage) -> Answer:
    """`day 2026-03-01`, or `day + 3`."""
    if stage.clock.now is None and act["day"].startswith("+"):
        raise Unplayable("the first day is named: 'day 2026-03-01'")
    try:
        if act["day"] == "+":
            target = stage.clock.today + timedelta(days=int(act.value("days", 1)))
        elif act["day"].startswith("+"):
            target = stage.clock.today + timedelta(days=int(act["day"][1:]))
        else:
            target = as_day(act["day"])
        opening = stage.clock.now is None
        if opening:
            stage.clock.zone = next(iter(stage.packs.values())).zone
        stage.clock.begin_day(target)
    except ValueError as expected:
        raise Unplayable(f"'{act['day']}' is not possible; expected {expected}") from None
    if opening:
        stage.open_books()
    return DONE


def time(act: Act, stage: Stage) -> Answer:
    """`time 09:30`."""
    if act["moment"].on(stage.clock.today, stage.clock.zone) < stage.clock():
        raise Unplayable("the clock does not go back")
    stage.clock.reach(act["moment"])
    return DONE


def later(act: Act, stage: Stage) -> Answer:
    """`later 30min`."""
    stage.clock.wait(timedelta(minutes=act["length"]))
    return DONE


# ---- setting up ----------------------------------------------------------------------------------------------------


def publish(act: Act, stage: Stage) -> Answer:
    """`publish ../other-pack from 2026-07-01`."""
    pack = stage.packs.get(act["pack"])
    if pack is None:
        raise Unplayable(f"the story does not name the pack '{act['pack']}' with 'pack:'")
    command = PublishPack(pack.canonical, act.value("from", stage.clock.today))
    outcome = stage.ask(command, act.value("by", "programme"), act.value("key", ""))
    if outcome.is_accepted:
        stage.adopt(pack)
    return answer_of(outcome, ["published"])


def unit(act: Act, stage: Stage) -> Answer:
    """`unit river_street kind street in district`."""
    parent = stage.unit(act["in"]) if "in" in act.arguments else None
    stage.known.units.add(act["unit"])
    command = RegisterUnit(act["unit"], act.value("kind", "community"), act["unit"], act["unit"], parent)
    return _set_up(act, stage, command)


def partner(act: Act, stage: Stage) -> Answer:
    """`partner cinema kind culture_tourism`."""
    stage.known.partners.add(act["partner"])
    return _set_up(act, stage, RegisterPartner(act["partner"], act.value("kind", "commerce"), act["partner"], "-"))


def outlet(act: Act, stage: Stage) -> Answer:
    """`outlet till_2 cinema`."""
    stage.known.outlets.add(act["outlet"])
    return _set_up(act, stage, RegisterOutlet(act["outlet"], stage.partner(act["partner"]), act["outlet"], "-"))


def kiosk(act: Act, stage: Stage) -> Answer:
    """`kiosk door host`."""
    stage.known.kiosks.add(act["kiosk"])
    return _set_up(act, stage, RegisterKiosk(act["kiosk"], stage.unit(act["unit"]), act["kiosk"], "-"))


def activity(act: Act, stage: Stage) -> Answer:
    """`activity garden category planting from 2026-03-02 to 2026-03-02 participants 100`."""
    code = act["activity"]
    command = RegisterActivity(
        code=code,
        name=act.value("name", code),
        category=act.value("category", "general"),
        host=stage.unit(act.value("host", HOST)),
        level=act.value("level", ""),
        starts_on=act.value("from"),
        ends_on=act.value("to"),
        capacity=act.value("capacity"),
        participants=act.value("participants"),
    )
    answer = _set_up(act, stage, command)
    if not answer.refused:
        stage.known.activities.add(code)
    return answer


def _set_up(act: Act, stage: Stage, command: object) -> Answer:
    outcome = stage.ask(command, act.value("by", "programme"), act.value("key", ""))
    return answer_of(outcome, ["registered" if outcome.result.get("created") else "there already"])


# ---- people --------------------------------------------------------------------------------------------------------


def volunteer(act: Act, stage: Stage) -> Answer:
    """`volunteer mei born 1951-02-03 brought_by bo`."""
    referrer = act.value("brought_by")
    units = {key: stage.unit(act[key]) if key in act.arguments else None for key in ("home", "work")}
    command = RegisterVolunteer(
        number=act["volunteer"],
        name=act["volunteer"],
        joined_on=act.value("joined", stage.clock.today),
        born_on=act.value("born"),
        home_unit=units["home"],
        work_unit=units["work"],
        referrer=stage.volunteer(referrer) if referrer else None,
    )
    answer = _set_up(act, stage, command)
    if not answer.refused:
        stage.known.volunteers.add(act["volunteer"])
    return answer


def state(act: Act, stage: Stage) -> Answer:
    """`state mei flags=dues_unpaid from 2026-03-01`."""
    if len(act.facts) != 1:
        raise Unplayable("state one fact, such as flags=dues_unpaid")
    name, value = next(iter(act.facts.items()))
    command = StateFact(stage.volunteer(act["volunteer"]), name, act.value("from", stage.clock.today), value)
    outcome = stage.ask(command, act.value("by", "clerk"), act.value("key", ""))
    return answer_of(outcome, service_claims(outcome.result, stage.scales))


def standing(act: Act, stage: Stage) -> Answer:
    """`standing mei suspended`."""
    command = SetStanding(stage.volunteer(act["volunteer"]), act["standing"])
    outcome = stage.ask(command, act.value("by", "clerk"), act.value("key", ""))
    return answer_of(outcome, [str(outcome.result.get("standing", ""))])


def merge(act: Act, stage: Stage) -> Answer:
    """`merge mei_2 into mei`."""
    into = act.value("into")
    if into is None:
        raise Unplayable("say into whom: 'merge mei_2 into mei'")
    command = MergeVolunteers(stage.volunteer(act["absorbed"]), stage.volunteer(into))
    outcome = stage.ask(command, act.value("by", "clerk"), act.value("key", ""))
    records = f"{outcome.result.get('records', 0)} records"
    return answer_of(outcome, [records, *service_claims(outcome.result, stage.scales)])


PLAYS: dict[str, Play] = {
    "day": day, "time": time, "later": later,
    "publish": publish, "unit": unit, "partner": partner, "outlet": outlet, "kiosk": kiosk, "activity": activity,
    "volunteer": volunteer, "state": state, "standing": standing, "merge": merge,
}  # fmt: skip
