"""The one write path: `PointsEngine.execute` takes many commands, decides them in order, and commits them together.

Any cutting of a list of commands into batches gives the same outcomes and the same books.
"""

from __future__ import annotations

import gc
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import CommandExpired, EngineError, KeyReused, Refusal, StoreFault
from points_engine.flow.access.keys import credential_needs, not_revoked
from points_engine.flow.counter.cards import card_key
from points_engine.flow.counter.tokens import VoucherKey, about, about_outcome, short_code, token, voucher_key
from points_engine.flow.desk import Desk, Need, NotLoaded, OneRow
from points_engine.flow.entities import FIRST_LOCKED, Hold, StoredCommand
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.port import Claim, Conflict, Journalled, Refused, Store, Transaction, UnknownCommit
from points_engine.flow.rules import rule_needs
from points_engine.flow.steps import BY_COMMAND, Step
from points_engine.flow.wire import canonical, content, fingerprint, impersonal, instant, stored
from points_engine.limits import COMMANDS_PER_BATCH, CONFLICT_RETRIES, READ_ROUNDS, STATES_KEPT
from points_engine.rulebook.occasions import Slots
from points_engine.rulebook.pack import Pack

log = logging.getLogger("points_engine")

_RUNS_AT_MOST = 16
"""loads one command may ask for while it is decided: rows found only along the way come one or two at a time."""


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def fresh_id() -> str:
    """A new id that sorts by time: 12 hex digits of milliseconds and 14 random ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(7)}"


@dataclass(slots=True)
class _Work:
    """One submission on its way: its id and texts are made once, whatever the number of tries."""

    id: str
    submission: Submission
    step: Step
    text: str
    claim: Claim
    outcome: Outcome | None = None
    decided: bool = False  # decided in this try, and not an answer found in the books
    unsure: Outcome | None = None  # decided in a try whose COMMIT got no answer


class PointsEngine:
    """The books, the rules and the counter of one programme.

    `clock` and `make_id` are arguments so that a run can be repeated exactly; `secret` (at least 16 bytes) makes
    voucher codes unguessable and must stay the same for a programme's life.
    """

    def __init__(
        self,
        store: Store,
        *,
        secret: bytes,
        clock: Callable[[], datetime] = utc_now,
        make_id: Callable[[], str] = fresh_id,
    ) -> None:
        assert len(secret) >= 16, "a secret has at least 16 bytes"
        self.store = store
        self.clock = clock
        self._make_id = make_id
        self._secret = secret
        self._packs: dict[str, Pack] = {}
        self._states: dict[str, Slots] = {}

    def derived_secret(self, purpose: str) -> bytes:
        """A secret of its own for one purpose; the engine's own cannot be told from it."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")

    def execute(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Decide commands in order and commit them; each gets its own outcome, in the same order.

        A refusal or a fault of one never fails its neighbours.  An outcome that was answered is durable.
        """
        outcomes: list[Outcome] = []
        for works in _batches(map(self._work, submissions)):
            with _uncollected():
                self._run(works)
            for work in works:
                assert work.outcome is not None, "every command has an outcome"
                outcomes.append(work.outcome)
        return outcomes

    def submit(self, submission: Submission) -> Outcome:
        """Execute one command."""
        return self.execute([submission])[0]

    def _work(self, submission: Submission) -> _Work:
        step = BY_COMMAND[type(submission.command)]
        text = content(submission.command)
        identity = self._make_id()
        mark = fingerprint(step.name, text)
        claim = Claim(submission.principal, submission.key, mark, identity, submission.credential)
        return _Work(identity, submission, step, stored(submission.command, text), claim)

    def _run(self, works: list[_Work]) -> None:
        """Bring a batch into the books: again on a conflict, in halves when it cannot be written."""
        for _ in range(CONFLICT_RETRIES):
            try:
                self._attempt(works)
                return
            except (Conflict, UnknownCommit) as again:
                log.info("batch of %d tried again: %s", len(works), type(again).__name__)
                if isinstance(again, UnknownCommit):
                    for work in works:
                        work.unsure = work.outcome
            except EngineError:
                raise
            except Exception as broken:
                self._bisect(works, broken)
                return
        self._bisect(works, Conflict("too many conflicts"))

    def _bisect(self, works: list[_Work], broken: Exception) -> None:
        if len(works) == 1:
            log.error("command %s cannot be written", works[0].step.name, exc_info=broken)
            works[0].outcome = Outcome("fault", error=StoreFault(what=type(broken).__name__), command_id=works[0].id)
            return
        middle = len(works) // 2
        self._run(works[:middle])
        self._run(works[middle:])

    def card_key(self, volunteer_id: str, generation: int) -> bytes:
        """The 32 bytes that the phone linked as the `generation`-th shows a volunteer's codes with."""
        return card_key(self._secret, volunteer_id, generation)

    def voucher_key(self) -> VoucherKey:
        """The public key that the tokens of vouchers can be checked with."""
        return voucher_key(self._secret)

    def voucher_token(self, hold: Hold | Mapping[str, Any]) -> str:
        """The signed token that the QR code of a voucher says: of a hold, or of the outcome that tells of one."""
        return token(self._secret, about(hold) if isinstance(hold, Hold) else about_outcome(hold))

    def short_code(self, typed: str) -> str:
        """The short code that was typed, or that a signed token is about.

        Raises: VoucherSignatureWrong.
        """
        return short_code(self._secret, typed)

    # ---- one try: read, decide, write ------------------------------------------------------------------------

    def _attempt(self, works: list[_Work]) -> None:
        for work in works:
            work.outcome, work.decided = None, False
        with self.store.transaction() as transaction:
            self._answer_known(works, transaction.claim(_claims(works)))
            open_works = [work for work in works if work.outcome is None]
            if not open_works:
                return
            if len(self._states) > STATES_KEPT:
                self._states.clear()
            desk = Desk(self.clock(), self._packs, self._secret, self._states)
            self._read(open_works, desk, transaction)
            desk.now = self.clock()
            self._decide(works, desk, transaction)
            self._write(works, desk, transaction)

    def _answer_known(self, works: Sequence[_Work], stored: Mapping[tuple[str, str], StoredCommand]) -> None:
        """Answer what the books know.

        Where they know a command of this very batch, its COMMIT took place and only the answer was lost: what was
        refused in it stays refused, and is not decided again after its neighbours.
        """
        committed: int | None = None
        for work in works:
            known = stored.get((work.claim.principal, work.claim.key))
            if known is not None:
                work.outcome = _first_outcome(work, known)
                committed = known.seq if known.id == work.id else committed
        for work in works:
            if work.outcome is None and work.unsure is not None and committed is not None:
                work.outcome = replace(work.unsure, seq=committed)
            work.unsure = None

    def _read(self, works: Sequence[_Work], desk: Desk, transaction: Transaction) -> None:
        """Read what the commands need, in rounds: a number leads to a volunteer, the volunteer to accounts.

        Parents are locked in one global order over the rounds: volunteers as soon as they are known, the others when
        nothing else is missing.  The store reads again what was read before a lock: if it moved, the batch starts over.
        """
        shown = dict.fromkeys(work.claim.credential for work in works if work.claim.credential)
        while missing := desk.missing(_for_all(desk, shown)):
            transaction.load(missing, desk)
        asking = works
        for _ in range(READ_ROUNDS):
            needs: dict[Need, None] = {}
            still = []
            for work in asking:
                desk.principal = work.submission.principal
                missing = desk.missing(work.step.needs(work.submission.command, desk))
                if missing:
                    needs.update(dict.fromkeys(missing))
                    still.append(work)
            if not needs:
                break
            transaction.load(_this_round(needs), desk)
            asking = still

    def _decide(self, works: Sequence[_Work], desk: Desk, transaction: Transaction) -> None:
        index = 0  # of the commands that are decided: those answered from the books have their place already
        for work in works:
            if work.outcome is None:
                work.outcome = self._decide_one(work, index, desk, transaction)
                work.decided = True
                index += 1

    def _decide_one(self, work: _Work, index: int, desk: Desk, transaction: Transaction) -> Outcome:
        submission = work.submission
        desk.begin(work.id, submission.principal, index)
        try:
            if submission.valid_until is not None and desk.now > submission.valid_until:
                raise CommandExpired(valid_until=instant(submission.valid_until))
            if submission.credential:
                not_revoked(desk, submission.credential)
            decide = work.step.decide
            for _ in range(_RUNS_AT_MOST):
                try:
                    if submission.unchanged is not None:
                        submission.unchanged.check(desk)
                    return Outcome("accepted", decide(submission.command, desk), index=index, command_id=work.id)
                except NotLoaded as missing:
                    desk.undo()
                    transaction.load(missing.needs, desk)
            raise StoreFault(what="a command keeps asking for rows")
        except Refusal as refusal:
            desk.undo()
            return Outcome("refused", error=refusal, index=index, command_id=work.id)
        except StoreFault as fault:
            desk.undo()
            return Outcome("fault", error=fault, index=index, command_id=work.id)
        except (AssertionError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
            desk.undo()
            log.exception("command %s failed in its decision", work.step.name)
            return Outcome(
                "fault", error=StoreFault(what=Both("internal error", "内部错误")), index=index, command_id=work.id
            )

    def _write(self, works: Sequence[_Work], desk: Desk, transaction: Transaction) -> None:
        decided = [work for work in works if work.decided]
        if not decided:
            return
        accepted = [_journalled(work) for work in decided if work.outcome is not None and work.outcome.is_accepted]
        released = [_released(work) for work in decided if work.outcome is not None and not work.outcome.is_accepted]
        seq, _ = transaction.write(desk, accepted, released, len(decided))
        transaction.commit()
        desk.rest()
        for work in works:
            if work.outcome is not None and work.outcome.seq is None:
                work.outcome = work.outcome.placed(seq)


def _for_all(desk: Desk, credentials: Iterable[str]) -> Iterator[Need]:
    """What nearly every command asks for: the rules, and whether the key that was shown still holds."""
    for credential in credentials:
        yield from credential_needs(credential)
    yield from rule_needs(desk)


def _this_round(needs: Mapping[Need, None]) -> list[Need]:
    """What to read now: rows and volunteers first; funds, shelves and seats only when nothing else is missing."""
    first = [need for need in needs if not isinstance(need, OneRow) or need.kind.LOCK_ORDER <= FIRST_LOCKED]
    return first or list(needs)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the cycle collector out of a batch: its many small objects die together when it ends (measured: 15 %)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _batches(works: Iterable[_Work]) -> Iterator[list[_Work]]:
    """Cut work into batches of bounded size in which every key stands once: it is claimed for one command."""
    batch: list[_Work] = []
    claimed: set[tuple[str, str]] = set()
    for work in works:
        place = (work.claim.principal, work.claim.key)
        if len(batch) == COMMANDS_PER_BATCH or place in claimed:
            yield batch
            batch, claimed = [], set()
        batch.append(work)
        claimed.add(place)
    if batch:
        yield batch


def _claims(works: Sequence[_Work]) -> list[Claim]:
    return sorted((work.claim for work in works), key=lambda claim: (claim.principal, claim.key))


def _first_outcome(work: _Work, known: StoredCommand) -> Outcome:
    outcome = Outcome("accepted", json.loads(known.outcome_json), seq=known.seq, index=known.index, command_id=known.id)
    if known.id == work.id:  # this very try was committed, and only its answer was lost
        return outcome
    if known.fingerprint != work.claim.fingerprint:
        return Outcome("refused", error=KeyReused(key=work.claim.key), command_id=work.id)
    return replace(outcome, replayed=True)


def _released(work: _Work) -> Claim:
    """The key to give back, with the refusal where the audit log keeps it."""
    outcome = work.outcome
    assert outcome is not None, "a decided command has its outcome"
    if outcome.status != "refused" or not work.submission.is_staff or outcome.error is None:
        return work.claim
    assert outcome.index is not None, "a decided command has its place"
    about = canonical(impersonal(json.loads(work.text)))
    return replace(work.claim, refusal=Refused(outcome.index, work.step.name, about, outcome.error.code))


def _journalled(work: _Work) -> Journalled:
    assert work.outcome is not None, "a decided command has its outcome"
    assert work.outcome.index is not None, "a decided command has its place"
    return Journalled(
        work.id, work.outcome.index, work.claim, work.step.name, work.text, canonical(dict(work.outcome.result))
    )
