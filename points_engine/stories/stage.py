"""The stage that a story is played on: an engine over an empty store, the packs, and whatever the acts name.

What an act names and nobody has set up is set up for it: volunteers who joined that day, an activity of the category
`general`, its host unit, partners with an outlet of the same code, funds that can pay.  A name that begins with `?` is
left alone, so that a story can ask for somebody who does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from points_engine.engine import PointsEngine
from points_engine.flow.money.funds import ReceiveDonation, RegisterFund
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.programme import PublishPack, RegisterKiosk, RegisterOutlet, RegisterPartner, RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack
from points_engine.store import SqlStore
from points_engine.stories.books import Books
from points_engine.stories.clock import StoryClock

SECRET: Final = b"a story keeps no secrets"
"""Voucher codes of a story are the same whenever it is played."""

FUND_HOLDS: Final = 100_000_000
"""Minor units that an implicit fund holds: a million yuan pays for any story."""

HOST: Final = "host"
"""The unit that answers for activities whose host is not named."""


class Unplayable(Exception):
    """The story asks for something that cannot be played; the message says what."""


@dataclass(slots=True)
class Known:
    """What the story has named so far."""

    volunteers: set[str] = field(default_factory=set)
    activities: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    kiosks: set[str] = field(default_factory=set)
    partners: set[str] = field(default_factory=set)
    outlets: set[str] = field(default_factory=set)
    records: dict[tuple[str, str], str] = field(default_factory=dict)  # (volunteer, activity) or (label, "") -> fact
    awaiting: dict[str, str] = field(default_factory=dict)  # fact -> the level it was last seen to wait for
    imported: dict[str, list[str]] = field(default_factory=dict)  # import -> its facts, in order
    codes: dict[str, str] = field(default_factory=dict)  # label of a hold -> its code
    visits: dict[str, str] = field(default_factory=dict)  # label of a visit -> its id
    generations: dict[str, int] = field(default_factory=dict)  # volunteer -> how many phones were linked
    adjustments: dict[str, str] = field(default_factory=dict)
    refusals: set[str] = field(default_factory=set)  # rules that a refusal named
    compared: set[tuple[str, str, str]] = field(default_factory=set)  # rule, required, available: of its refusals
    limited: set[tuple[str, int, int]] = field(default_factory=set)  # limit, used before, most: of refusals by it
    openings: int = 0


class Stage:
    """One story's programme while it is played."""

    def __init__(self, store: SqlStore, packs: Mapping[str, Pack]) -> None:
        """`packs` by the name under which the story speaks of them."""
        self.clock = StoryClock()
        self.packs = packs
        self.in_force: dict[str, Pack] = {}
        self.books = Books(store)
        self.known = Known()
        self.engine = PointsEngine(store, secret=SECRET, clock=self.clock, make_id=self.clock.make_id)
        self._keys = 0

    def close(self) -> None:
        """Let go of what the stage opened besides the store."""

    # ---- asking the engine -----------------------------------------------------------------------------------

    def ask(self, command: Any, by: str, key: str = "") -> Outcome:
        """Submit one command, under a fresh key where the story names none."""
        self._keys += 1
        outcome = self.engine.submit(Submission(command, by, key or f"story-{self._keys}"))
        if outcome.error is not None:
            self._note(outcome.error.facts)
        return outcome

    def _note(self, facts: Mapping[str, Any]) -> None:
        """Keep which rules a refusal named and the numbers that it compared, for what the story covers."""
        for reason in facts.get("reasons") or ():
            self.known.refusals.add(reason["rule"])
            if reason["required"] is not None and reason["available"] is not None:
                self.known.compared.add((reason["rule"], str(reason["required"]), str(reason["available"])))
        limit = str(facts.get("limit", ""))
        self.known.refusals.add(limit)
        if "used" in facts and "most" in facts:
            self.known.limited.add((limit, facts["used"], facts["most"]))

    def set_up(self, command: Any) -> Mapping[str, Any]:
        """Submit a command that has to succeed for the story to go on."""
        outcome = self.ask(command, "programme")
        if outcome.error is not None:
            raise Unplayable(f"{type(command).__name__} is needed here and was refused: {outcome.error.sentence('en')}")
        return outcome.result

    # ---- the programme ---------------------------------------------------------------------------------------

    def open_books(self) -> None:
        """Publish the first pack of each scheme, on the story's first day; further versions wait for `publish`."""
        for name, pack in self.packs.items():
            if pack.scheme not in self.in_force:
                self.publish(name)
        self.unit(HOST)

    def publish(self, name: str) -> None:
        """Publish a pack from its own day on, with its funds and partners."""
        pack = self.packs[name]
        self.set_up(PublishPack(pack.canonical, pack.effective_on))
        self.adopt(pack)

    def adopt(self, pack: Pack) -> None:
        """Register the funds and partners of a published pack."""
        self.in_force[pack.scheme] = pack
        for code, title in pack.funds.items():
            if not self.books.total(f"fund/{code}", pack.currency):
                self.set_up(RegisterFund(code, title.zh, title.en, pack.currency))
                self.set_up(ReceiveDonation(code, FUND_HOLDS, "story"))
        kinds = {reward.partner: reward.category for reward in pack.of_kind(Reward)}
        for code in dict.fromkeys([*pack.partners, *kinds]):
            self.partner(code, kinds.get(code, "commerce"))

    def scheme(self, named: str | None = None, reward: str = "") -> str:
        """The scheme that an act is about: the one it names, the one that has the reward, or the only one."""
        if named is not None:
            if named not in self.in_force:
                raise Unplayable(f"there is no scheme '{named}' in this story")
            return named
        if len(self.in_force) == 1:
            return next(iter(self.in_force))
        having = [code for code, pack in self.in_force.items() if isinstance(pack.rules.get(reward), Reward)]
        if len(having) == 1:
            return having[0]
        raise Unplayable("there is more than one scheme; say which one with 'in'")

    @property
    def scales(self) -> dict[str, int]:
        """How many decimals the points of each scheme have."""
        return {code: pack.scale for code, pack in self.in_force.items()}

    # ---- whatever an act names -------------------------------------------------------------------------------

    def volunteer(self, name: str) -> str:
        """A volunteer's number; registered as of today where the story has not."""
        if name.startswith("?"):
            return name[1:]
        if name not in self.known.volunteers:
            self.known.volunteers.add(name)
            self.set_up(RegisterVolunteer(name, name, joined_on=self.clock.today))
        return name

    def unit(self, code: str, kind: str = "community") -> str:
        """A unit's code."""
        if code.startswith("?"):
            return code[1:]
        if code not in self.known.units:
            self.known.units.add(code)
            self.set_up(RegisterUnit(code, kind, code, code))
        return code

    def activity(self, code: str) -> str:
        """An activity's code."""
        if code.startswith("?"):
            return code[1:]
        if code not in self.known.activities:
            self.known.activities.add(code)
            self.set_up(RegisterActivity(code, code, "general", self.unit(HOST)))
        return code

    def kiosk(self, code: str) -> str:
        """A kiosk's code."""
        if code.startswith("?"):
            return code[1:]
        if code not in self.known.kiosks:
            self.known.kiosks.add(code)
            self.set_up(RegisterKiosk(code, self.unit(HOST), code, code))
        return code

    def partner(self, code: str, kind: str = "commerce") -> str:
        """A partner's code; it has an outlet of the same code."""
        if code.startswith("?"):
            return code[1:]
        if code not in self.known.partners:
            self.known.partners.add(code)
            self.set_up(RegisterPartner(code, kind, code, code))
            self.outlet(code, code)
        return code

    def outlet(self, code: str, partner: str) -> str:
        """An outlet's code; where it is new it belongs to `partner`."""
        if code.startswith("?"):
            return code[1:]
        if code not in self.known.outlets:
            self.known.outlets.add(code)
            self.set_up(RegisterOutlet(code, partner, code, code))
        return code

    def record(self, name: str, activity: str | None) -> str:
        """The fact that an act speaks of: by its label, or the latest of a volunteer at an activity."""
        if name.startswith("?"):
            return name[1:]
        found = self.known.records.get((name, activity or ""))
        if found is None:
            raise Unplayable(f"no record '{name}{' ' + activity if activity else ''}' was made before this line")
        return found

    def code(self, label: str) -> str:
        """The voucher code of a hold; after `?` a code as it is typed."""
        if label.startswith("?"):
            return label[1:]
        if label not in self.known.codes:
            raise Unplayable(f"no hold '{label}' was placed before this line")
        return self.known.codes[label]
