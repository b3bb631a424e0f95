"""Acts of service: coming and going, records and deeds, and what people decide about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from points_engine.flow.outcomes import Outcome
from points_engine.flow.service.activities import SignUpFor, WithdrawSignUp
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.corrections import CloseImport, CorrectRecord, OpenImport, ReverseRecord
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.records import RECORDED_BY, RecordDeed, RecordService
from points_engine.stories.acts import Play
from points_engine.stories.claims import Answer, answer_of, refusal, service_claims
from points_engine.stories.pages import Act
from points_engine.stories.stage import Stage, Unplayable
from points_engine.stories.values import Moment, Span


def _ask(act: Act, stage: Stage, command: object, otherwise: str) -> Outcome:
    return stage.ask(command, act.value("by", otherwise), act.value("key", ""))


def _served(stage: Stage, outcome: Outcome, about: str = "") -> Answer:
    """The answer about a record or deed; what it awaits is remembered for its approval."""
    fact = str(outcome.result.get("fact", about))
    if outcome.is_accepted and fact:
        stage.known.awaiting[fact] = next(iter(outcome.result.get("awaiting", ())), "")
    return answer_of(outcome, service_claims(outcome.result, stage.scales), fact)


def _remember(act: Act, stage: Stage, outcome: Outcome, activity: str) -> None:
    if outcome.is_accepted:
        fact = str(outcome.result["fact"])
        stage.known.records[act["volunteer"], activity] = fact
        if "called" in act.arguments:
            stage.known.records[act["called"], ""] = fact
        if "import" in act.arguments:
            stage.known.imported.setdefault(act["import"], []).append(fact)


def sign_up(act: Act, stage: Stage) -> Answer:
    """`sign_up mei garden`."""
    command = SignUpFor(stage.volunteer(act["volunteer"]), stage.activity(act["activity"]))
    outcome = _ask(act, stage, command, act["volunteer"])
    return answer_of(outcome, [f"{outcome.result.get('places_left')} left"])


def withdraw(act: Act, stage: Stage) -> Answer:
    """`withdraw mei garden`."""
    command = WithdrawSignUp(stage.volunteer(act["volunteer"]), stage.activity(act["activity"]))
    return answer_of(_ask(act, stage, command, act["volunteer"]), ["withdrawn"])


def check_in(act: Act, stage: Stage) -> Answer:
    """`check_in mei garden 09:00 at door as self_located`; a time that is over was kept by a device offline."""
    at = _device_time(stage, act["moment"])
    command = CheckInAt(
        volunteer=stage.volunteer(act["volunteer"]),
        activity=stage.activity(act["activity"]),
        kiosk=stage.kiosk(act["at"]) if "at" in act.arguments else "",
        at=at,
        recorded_by=act.value("as", "kiosk"),
        facts=act.facts,
    )
    return answer_of(_ask(act, stage, command, "kiosk"), ["open"])


def check_out(act: Act, stage: Stage) -> Answer:
    """`check_out mei garden 11:30`."""
    at = _device_time(stage, act["moment"])
    command = CheckOutAt(stage.volunteer(act["volunteer"]), stage.activity(act["activity"]), at)
    outcome = _ask(act, stage, command, "kiosk")
    _remember(act, stage, outcome, act["activity"])
    return _served(stage, outcome)


def _device_time(stage: Stage, moment: Moment) -> datetime | None:
    """None where the act happens now; the moment itself where the clock has passed it."""
    at = stage.clock.reach(moment)
    return None if at == stage.clock.now else at


def record(act: Act, stage: Stage) -> Answer:
    """`record mei garden 09:00-11:30 by kiosk`; `by` says how it was recorded where it is one of the four ways."""
    start, end = _stretch(act, stage, act["times"])
    stage.clock.pass_to(end)
    by = act.value("by", "kiosk")
    command = RecordService(
        volunteer=stage.volunteer(act["volunteer"]),
        activity=stage.activity(act["activity"]),
        start=start,
        end=end,
        recorded_by=act.value("as", by if by in RECORDED_BY else "kiosk"),
        facts=act.facts,
        source=act.value("import", ""),
    )
    outcome = _ask(act, stage, command, "kiosk")
    _remember(act, stage, outcome, act["activity"])
    return _served(stage, outcome)


def _stretch(act: Act, stage: Stage, times: Moment | Span) -> tuple[datetime, datetime]:
    if isinstance(times, Span):
        return times.on(stage.clock.today, stage.clock.zone)
    if "for" not in act.arguments:
        raise Unplayable("say until when (09:00-11:30) or how long (for 2h30)")
    start = times.on(stage.clock.today, stage.clock.zone)
    return start, start + timedelta(minutes=act["for"])


def deed(act: Act, stage: Stage) -> Answer:
    """`deed mei blood_donation 200`; without a time it is done now, and a second passes."""
    at = stage.clock.reach(act["at"]) if "at" in act.arguments else stage.clock()
    command = RecordDeed(
        volunteer=stage.volunteer(act["volunteer"]),
        kind=act["kind"],
        occurred_at=at,
        quantity=act.value("quantity", Fraction(1)),
        activity=stage.activity(act["in"]) if "in" in act.arguments else "",
        facts=act.facts,
        recorded_by=act.value("as", "steward"),
        source=act.value("import", ""),
    )
    outcome = _ask(act, stage, command, "clerk")
    _remember(act, stage, outcome, act["kind"])
    if "at" not in act.arguments:
        stage.clock.wait(timedelta(seconds=1))
    return _served(stage, outcome)


def approve(act: Act, stage: Stage) -> Answer:
    """`approve mei garden by lea as steward`; without a level, the one that it awaits."""
    fact = stage.record(act["record"], act.value("activity"))
    level = act.value("as") or stage.known.awaiting.get(fact) or "steward"
    return _served(stage, _ask(act, stage, ApproveFact(fact, level), "approver"), fact)


def reject(act: Act, stage: Stage) -> Answer:
    """`reject mei garden because "was not there"`."""
    fact = stage.record(act["record"], act.value("activity"))
    command = RejectFact(fact, act.value("because", "not confirmed"))
    return _served(stage, _ask(act, stage, command, "approver"), fact)


def correct(act: Act, stage: Stage) -> Answer:
    """`correct mei garden to 09:00-11:00 evaluation=misconduct because "left early"`."""
    fact = stage.record(act["record"], act.value("activity"))
    changes: Mapping[str, Any] = {}
    if "to" in act.arguments:
        start, end = _stretch(act, stage, act["to"])
        stage.clock.pass_to(end)
        changes = {"start": start, "end": end}
    command = CorrectRecord(fact, act.value("because", "wrong"), facts=act.facts, **changes)
    return _served(stage, _ask(act, stage, command, "approver"), fact)


def reverse(act: Act, stage: Stage) -> Answer:
    """`reverse mei garden because "entered twice"`."""
    fact = stage.record(act["record"], act.value("activity"))
    command = ReverseRecord(fact, act.value("because", "false"))
    return _served(stage, _ask(act, stage, command, "approver"), fact)


def open_import(act: Act, stage: Stage) -> Answer:
    """`import march_list`."""
    outcome = _ask(act, stage, OpenImport(act["import"]), "clerk")
    return answer_of(outcome, ["open"])


def undo_import(act: Act, stage: Stage) -> Answer:
    """`undo_import march_list`: closed to new records, then each of its records is reversed."""
    outcome = _ask(act, stage, CloseImport(act["import"]), "clerk")
    if outcome.error is not None:
        return refusal(outcome.error)
    facts = stage.known.imported.get(act["import"], [])
    awarded: dict[str, int] = {}
    minutes = 0
    for fact in facts:
        undone = _ask(act, stage, ReverseRecord(fact, "import undone"), "clerk")
        if undone.error is not None:
            return refusal(undone.error)
        minutes += undone.result["minutes"]
        for scheme, points in undone.result["awarded"].items():
            awarded[scheme] = awarded.get(scheme, 0) + points
    claims = service_claims({"minutes": minutes, "awarded": awarded}, stage.scales)
    return answer_of(outcome, [f"{len(facts)} records", *claims])


PLAYS: dict[str, Play] = {
    "sign_up": sign_up, "withdraw": withdraw, "check_in": check_in, "check_out": check_out, "record": record,
    "deed": deed, "approve": approve, "reject": reject, "correct": correct, "reverse": reverse,
    "import": open_import, "undo_import": undo_import,
}  # fmt: skip
