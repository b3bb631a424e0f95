"""Preparing the demonstration programme, through `engine.execute` only, so that a second run changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Final

from points_engine.demonstration import places as the_places
from points_engine.demonstration.counter import MEMBERS, RESIDENTS, Wish, wishes
from points_engine.demonstration.history import ZONE, Happening, happenings, verdicts
from points_engine.demonstration.people import MEI, make_people, registrations
from points_engine.demonstration.places import FUND, WANGS_OUTLET, Places, read_places
from points_engine.engine import PointsEngine
from points_engine.errors import KeyReused
from points_engine.flow.access.keys import IssueKey
from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.outcomes import Submission
from points_engine.flow.port import Claim
from points_engine.flow.programme import PublishPack
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.steps import Command
from points_engine.flow.wire import content, fingerprint
from points_engine.keys import fresh_key
from points_engine.rulebook.loading import load_pack

PRINCIPAL: Final = "demonstration"
SLICE: Final = 500
"""commands per step of progress."""

SHIPPED_RULES: Final = Path(__file__).resolve().parents[2] / "rules"

DONATIONS: Final = (
    (5_000_000, "演示企业（虚构）/ a made-up firm"),
    (1_200_000, "演示社区居民（虚构）/ made-up residents"),
)
"""fen, and who gave them."""

Progress = Callable[[str, int, int], None]
"""(stage, how many are done, of how many)"""


@dataclass(frozen=True, slots=True)
class DemoKey:
    """A key that was made just now; its token is shown once and kept nowhere."""

    role: str
    label: str
    token: str


@dataclass(frozen=True, slots=True)
class DemoProgramme:
    """What was prepared. `keys` is empty when it had been prepared before: keys are shown once."""

    schemes: tuple[str, ...]
    anchor: date
    volunteers: int
    records: int
    deeds: int
    redemptions: int
    mei: str
    outlet: str
    keys: tuple[DemoKey, ...] = field(repr=False)


def prepare(
    engine: PointsEngine, rules: Path = SHIPPED_RULES, progress: Progress | None = None, seed: int = 2026
) -> DemoProgramme:
    """Set up the Huadu demonstration; the same again (on a later day, after an interruption) adds what is missing.

    History ends on the day on which it was first prepared.  Raises the error of any command that is not accepted.
    """
    desk = _Counter(engine, seed, progress or _silent)
    places = read_places()
    anchor = desk.anchor(places)
    desk.run("rules", _packs(rules))
    desk.run("places", the_places.settings(places))
    desk.run("fund", _donations())
    chance = Random(f"{seed}")
    people = make_people(chance, places, anchor)
    desk.run("volunteers", registrations(people))
    happened = happenings(chance, people, places, anchor)
    earned = _live(desk, happened)
    wanted = wishes(chance, people, earned)
    _redeem(desk, wanted)
    keys = _issue(desk, places)
    return DemoProgramme(
        schemes=(RESIDENTS, MEMBERS),
        anchor=anchor,
        volunteers=len(people),
        records=sum(isinstance(each.command, RecordService) for each in happened),
        deeds=sum(isinstance(each.command, RecordDeed) for each in happened),
        redemptions=len(wanted),
        mei=MEI,
        outlet=WANGS_OUTLET,
        keys=keys,
    )


def _silent(stage: str, done: int, total: int) -> None:
    """Say nothing."""


class _Counter:
    """Submits commands under keys made from the seed, and tells how far it is."""

    def __init__(self, engine: PointsEngine, seed: int, progress: Progress) -> None:
        self.engine, self.seed, self.progress = engine, seed, progress

    def submission(self, key: str, command: Command, principal: str = PRINCIPAL) -> Submission:
        """A command under a key of this demonstration."""
        return Submission(command, principal, f"demo:{self.seed}:{key}")

    def anchor(self, places: Places) -> date:
        """The day on which the demonstration was first prepared: when its first command came into the books."""
        first = self.submission("district", the_places.district(places))
        self.engine.submit(first).expect()
        claim = Claim(first.principal, first.key, fingerprint("register_unit", content(first.command)), "")
        with self.engine.store.transaction() as reading:  # left without a commit: nothing is claimed
            known = reading.claim([claim])
        return known[first.principal, first.key].recorded_at.astimezone(ZONE).date()

    def run(self, stage: str, commands: Iterable[tuple[str, Command]]) -> list[Mapping[str, Any]]:
        """Execute commands of the demonstration itself; answers their results."""
        return self.run_as(stage, ((key, PRINCIPAL, command) for key, command in commands))

    def run_as(self, stage: str, commands: Iterable[tuple[str, str, Command]]) -> list[Mapping[str, Any]]:
        """Execute (key, principal, command)s in slices, telling how far it is; answers their results."""
        wanted = list(commands)
        results: list[Mapping[str, Any]] = []
        self.progress(stage, 0, len(wanted))
        for first in range(0, len(wanted), SLICE):
            results += self.execute(wanted[first : first + SLICE])
            self.progress(stage, len(results), len(wanted))
        return results

    def execute(self, commands: Iterable[tuple[str, str, Command]]) -> list[Mapping[str, Any]]:
        """Execute (key, principal, command)s; answers their results.

        Raises the error of the first that is not accepted.
        """
        submissions = [self.submission(key, command, principal) for key, principal, command in commands]
        return [outcome.expect() for outcome in self.engine.execute(submissions)]


def _packs(rules: Path) -> Iterable[tuple[str, Command]]:
    for scheme in (RESIDENTS, MEMBERS):
        pack = load_pack(rules / scheme)
        yield f"pack:{scheme}:{pack.hash[:16]}", PublishPack(pack.canonical, pack.effective_on)


def _donations() -> Iterable[tuple[str, Command]]:
    for number, (fen, donor) in enumerate(DONATIONS):
        yield f"donation:{number}", ReceiveDonation(FUND, fen, donor)


def _live(desk: _Counter, happened: list[Happening]) -> dict[tuple[str, str], int]:
    """Record and confirm everything that happened, week by week; answers the points earned by (number, scheme)."""
    earned: dict[tuple[str, str], int] = {}
    done = 0
    for _, group in groupby(happened, key=lambda each: each.moment.astimezone(ZONE).isocalendar()[:2]):
        week = list(group)
        recorded = desk.execute((each.key, each.principal, each.command) for each in week)
        facts = {each.key: str(result["fact"]) for each, result in zip(week, recorded, strict=True)}
        number_of = {facts[each.key]: each.command.volunteer for each in week}
        for result in desk.execute(verdicts(week, facts)):
            for scheme, points in result["awarded"].items():
                place = (number_of[str(result["fact"])], scheme)
                earned[place] = earned.get(place, 0) + points
        done += len(week)
        desk.progress("service", done, len(happened))
    return earned


def _redeem(desk: _Counter, wanted: list[Wish]) -> None:
    """Place the holds, then end each as it is to end."""
    placed = desk.run_as(
        "vouchers",
        ((each.key, f"volunteer:{each.number}", PlaceHold(each.number, each.scheme, each.reward)) for each in wanted),
    )
    codes = {each.key: str(result["code"]) for each, result in zip(wanted, placed, strict=True)}
    handed_over = [each for each in wanted if each.ending in ("confirm", "refund")]
    desk.run_as(
        "counter",
        (
            *(
                (f"confirm:{each.key}", f"merchant:{each.outlet}", ConfirmHold(codes[each.key], each.outlet))
                for each in handed_over
            ),
            *(
                (f"cancel:{each.key}", f"volunteer:{each.number}", CancelHold(codes[each.key]))
                for each in wanted
                if each.ending == "cancel"
            ),
        ),
    )
    desk.run_as(
        "refunds",
        (
            (
                f"refund:{each.key}",
                f"steward:{WANGS_OUTLET}",
                RefundRedemption(codes[each.key], "演示退货 / demonstration: brought back"),
            )
            for each in wanted
            if each.ending == "refund"
        ),
    )


def _issue(desk: _Counter, places: Places) -> tuple[DemoKey, ...]:
    """Make the demonstration's keys; those that were made before are not shown again."""
    street = places.streets[0]
    kiosk = {"kiosk": street.kiosk, "unit": street.code}
    wanted: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("kiosk", f"kiosk:{street.kiosk}", f"{street.name}签到机（演示）", kiosk),
        ("merchant", f"merchant:{WANGS_OUTLET}", "王记积分超市（演示）", {"outlet": WANGS_OUTLET}),
        (
            "steward",
            f"steward:{street.code}",
            f"{street.name}现场负责人（演示）",
            {"unit": street.code, "approves": "steward community"},
        ),
        ("administrator", f"administrator:{places.district}", "花都区管理员（演示）", {}),
        ("committee", f"committee:{places.district}", "监督委员会（演示）", {}),
    )
    made: list[DemoKey] = []
    for role, principal, label, scope in wanted:
        key = fresh_key()
        command = IssueKey(
            key.id,
            key.digest,
            role,
            principal,
            label,
            outlet=scope.get("outlet", ""),
            kiosk=scope.get("kiosk", ""),
            unit=scope.get("unit", ""),
            approves=tuple(scope.get("approves", "").split()),
        )
        (outcome,) = desk.engine.execute([desk.submission(f"key:{role}", command)])
        if isinstance(outcome.error, KeyReused):
            continue
        outcome.expect()
        made.append(DemoKey(role, label, key.token))
    return tuple(made)
