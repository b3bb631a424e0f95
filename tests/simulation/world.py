"""The simulated town: actors send messages, the network mixes them up, the process crashes, and a model watches."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.steps import Command
from points_engine.rulebook.loading import pack_from_texts
from tests.engine import packs
from tests.engine.towns import SECRET, Town, counting_ids
from tests.simulation.faults import Crash, Crashing
from tests.simulation.model import HOLD_MINUTES, PARTNERS, RULES, Model

PEOPLE = ("ann", "bob", "cat", "dee", "eve")


@dataclass(frozen=True, slots=True)
class Message:
    """What an actor sent: `word` and `said` for the model; the command is made of them when it is delivered."""

    key: str
    word: str
    said: dict[str, Any]


class World:
    """One run of the simulation: the same seed gives the same run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.model = Model()
        head = packs.HEAD.format(scheme="town", scale=0, keeps_time="true", on_decrease="debt")
        self.town = Town(town=pack_from_texts({"pack.yaml": head, "rules.yaml": RULES}))
        for who in PEOPLE:
            self.town.accepted(RegisterVolunteer(who, who.title(), date(2024, 1, 1)))
            self.model.join(who)
        self.store = Crashing(self.town.store)
        self._make_id = counting_ids_from(self.town)
        self.engine = self._started()
        self._numbers = itertools.count(1)
        self.network: list[tuple[int, Message]] = []
        self.codes: dict[str, str] = {}
        self.kept: dict[str, Any] = {}  # what was told, by key; None: committed, and nobody was told yet
        self.seen: Counter[str] = Counter()

    def _started(self) -> PointsEngine:
        return PointsEngine(self.store, secret=SECRET, clock=lambda: self.town.now, make_id=self._make_id)

    def run(self, steps: int) -> None:
        """Take so many steps, then audit the books."""
        step = 0
        try:
            for step in range(steps):
                self._step(step)
            self.town.assert_sound()
        except BaseException as failure:
            failure.add_note(f"simulation: seed {self.seed}, step {step}")
            raise

    def _step(self, step: int) -> None:
        self.town.now += timedelta(seconds=self.chance.choice((0, 1, 20, 300, 900, 2_400)))
        for _ in range(self.chance.randint(1, 3)):
            message = self._sent()
            for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                self._post(step, message)
        due = [each for each in self.network if each[0] <= step]
        self.network = [each for each in self.network if each[0] > step]
        self.chance.shuffle(due)
        while due:
            size = self.chance.randint(1, 4)
            self._deliver(step, [message for _, message in due[:size]])
            due = due[size:]

    def _post(self, step: int, message: Message) -> None:
        self.network.append((step + self.chance.choice((0, 0, 0, 1, 2, 8)), message))

    def _sent(self) -> Message:
        """What a kiosk, an outlet or the staff sends next."""
        chance, number = self.chance, next(self._numbers)
        who, activity = chance.choice(PEOPLE), chance.choice(("garden", "street"))
        words = ["arrive", "leave", "leave", "take", "open"]
        words += ["confirm", "confirm", "cancel", "sweep", "refund"] if self.codes else []
        word = chance.choice(words)
        said: dict[str, Any]
        if word in ("arrive", "leave"):
            said = {"who": who, "activity": activity}
        elif word == "open":
            said = {"who": who, "points": chance.randint(1, 40), "line": number}
        elif word == "take":
            said = {
                "who": who, "reward": chance.choice(tuple(HOLD_MINUTES)),
                "outlet": chance.choice(("", "", *PARTNERS)), "quantity": chance.randint(1, 2),
            }  # fmt: skip
        else:
            said = {"voucher": chance.choice(list(self.codes)[-6:])}
            if word == "confirm":
                said["outlet"] = chance.choice(tuple(PARTNERS))
        return Message(f"m{number}", word, said)

    def _command(self, message: Message) -> Command:
        said = message.said
        code = self.codes.get(said.get("voucher", ""), "")
        match message.word:
            case "arrive":
                return CheckInAt(said["who"], said["activity"])
            case "leave":
                return CheckOutAt(said["who"], said["activity"])
            case "open":
                return OpenBalance(said["who"], "town", said["points"], said["line"])
            case "take":
                return PlaceHold(said["who"], "town", said["reward"], said["outlet"], said["quantity"])
            case "confirm":
                return ConfirmHold(code, said["outlet"])
            case "cancel":
                return CancelHold(code)
            case "sweep":
                return ExpireHold(code)
        return RefundRedemption(code, "broken", quantity=1)

    def _deliver(self, step: int, messages: list[Message]) -> None:
        """Hand a batch to the engine; after a crash it starts anew, and the clients try again with the same keys."""
        countdown = self.chance.randint(0, 16) if self.chance.random() < 0.3 else None
        self.store.arm(countdown, loses_answer=countdown is None and self.chance.random() < 0.1)
        submissions = [Submission(self._command(each), "actors", each.key) for each in messages]
        try:
            outcomes = self.engine.execute(submissions)
        except Crash:
            self.seen["crash after commit" if self.store.has_committed else "crash before commit"] += 1
            self.engine = self._started()
            if self.store.has_committed:
                for each in messages:
                    self._predict(each)
            for each in messages:
                self._post(step + 1, each)
            self._compare()
            return
        # What a commit with a lost answer refused is decided again, after the rest: the journal has the order.
        told = sorted(zip(messages, outcomes, strict=True), key=lambda pair: (pair[1].seq, pair[1].index))
        for each, outcome in told:
            self._heard(each, outcome)
        self._compare()

    def _predict(self, message: Message) -> tuple[str, bool]:
        """The code that the model gives, and whether the message was accepted before."""
        if message.key in self.kept:
            return "", True
        code = self.model.act(message.word, message.key, self.town.now, **message.said)
        if not code:
            self.kept[message.key] = None
        return code, False

    def _heard(self, message: Message, outcome: Outcome) -> None:
        code, is_known = self._predict(message)
        told = "" if outcome.error is None else outcome.error.code
        assert told == code, f"{message}: told {told or 'accepted'}, predicted {code or 'accepted'}"
        self.seen[f"{message.word} {code or ('replayed' if is_known else 'accepted')}"] += 1
        if code:
            return
        before = self.kept[message.key]
        assert before is None or before == outcome.result, f"{message} has two outcomes"
        assert is_known or not outcome.replayed, f"{message} is new to the model, and not to the books"
        self.kept[message.key] = outcome.result
        if message.word == "take":
            self.codes[message.key] = outcome.result["code"]

    def _compare(self) -> None:
        """The books hold what the model holds."""
        for who in PEOPLE:
            found = (self.town.balance(number=who), self.town.balance("held", who), self.town.minutes(who))
            assert found == (self.model.points[who], self.model.held[who], self.model.minutes[who]), who
        shelf = self.town.query("SELECT available FROM shelf WHERE reward = 'tea'")
        assert (shelf[0][0] if shelf else 40) == self.model.stock
        rows = self.town.query("SELECT reward, quantity, state, refunded_quantity FROM hold")
        modelled = [(each.reward, each.quantity, each.state, each.refunded) for each in self.model.vouchers.values()]
        assert Counter(map(tuple, rows)) == Counter(modelled)


def counting_ids_from(town: Town) -> Any:
    """Ids that go on where the founding of a town ended."""
    make_id = counting_ids()
    for _ in town.query("SELECT id FROM command"):
        make_id()
    return make_id
