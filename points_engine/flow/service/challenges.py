"""Appeals and objections: somebody says that a decision is wrong, and somebody else than who decided answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import Forbidden, FourEyes, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import (
    Activity,
    BookEntry,
    Challenge,
    Fact,
    StoredCommand,
    Volunteer,
)
from points_engine.flow.notes import keep_note
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.people.lookup import identity_needs
from points_engine.flow.rules import rule_needs
from points_engine.flow.wire import ERASABLE

KINDS: Final = ("appeal", "objection")


@dataclass(frozen=True, slots=True)
class FileChallenge:
    """Somebody says that a record or deed is judged wrongly: an appeal is by the person concerned, an objection by
    anybody else."""

    kind: str
    fact: str
    text: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.one_of("kind", self.kind, KINDS)
        shapes.code("fact", self.fact)
        shapes.text("text", self.text, least=1)


def file_needs(command: FileChallenge, desk: Desk) -> Iterator[Need]:
    yield OneRow(Fact, (command.fact,))
    fact = desk.peek(Fact, command.fact)
    if fact is not None:
        yield from identity_needs(desk, fact.volunteer_id)
        yield Children(Challenge, (fact.volunteer_id,))
        if fact.activity:
            yield OneRow(Activity, (fact.activity,))


def file_challenge(command: FileChallenge, desk: Desk) -> dict[str, Any]:
    """File an appeal or an objection about a record or deed.

    Raises, first that applies: NotFound, WrongState (one of the same kind by the same principal is open).
    """
    fact = desk.find(Fact, command.fact)
    if fact is None:
        raise NotFound(what="record", code=command.fact)
    for other in desk.children(Challenge, fact.volunteer_id):
        if (other.state, other.kind, other.about_id, other.filed_by) == (
            "open", command.kind, fact.id, desk.principal
        ):  # fmt: skip
            raise WrongState(state="open", action="file")

    # Nothing below this line may refuse.
    volunteer = desk.find(Volunteer, fact.volunteer_id)
    activity = desk.find(Activity, fact.activity) if fact.activity else None
    assert volunteer is not None, "a fact belongs to a volunteer"
    unit = activity.host if activity is not None else volunteer.home_unit or ""
    identity = desk.make_id()
    note = keep_note(desk, command.text)
    desk.put(
        Challenge(
            identity, command.kind, "record", fact.id, fact.volunteer_id, unit, "open", note, desk.now, desk.principal,
            None, "", "",
        )
    )  # fmt: skip
    return {"challenge": identity, "state": "open", "record": fact.id}


@dataclass(frozen=True, slots=True)
class AnswerChallenge:
    """Somebody answers: it is right (the record is then corrected, approved or reversed), or it is not."""

    challenge: str
    is_upheld: bool
    answer: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("challenge", self.challenge)
        shapes.text("answer", self.answer, least=1)


def answer_needs(command: AnswerChallenge | WithdrawChallenge, desk: Desk) -> Iterator[Need]:
    yield OneRow(Challenge, (command.challenge,))
    found = desk.peek(Challenge, command.challenge)
    if found is not None:
        if isinstance(command, AnswerChallenge):
            yield from rule_needs(desk)
            yield from actor_needs(desk, found.volunteer_id)
        if found.about == "record":
            yield OneRow(Fact, (found.about_id,))
            return
        yield OneRow(BookEntry, (found.about_id,))
        entry = desk.peek(BookEntry, found.about_id)
        if entry is not None:
            yield OneRow(StoredCommand, (entry.cause,))


def answer_challenge(command: AnswerChallenge, desk: Desk) -> dict[str, Any]:
    """Answer an appeal or an objection.

    Raises, first that applies: NotFound, WrongState (answered already), FourEyes (who filed it, wrote the record down,
    or caused the entry), Forbidden (oneself, one's household).
    """
    found = the_challenge(desk, command.challenge)
    if found.state != "open":
        raise WrongState(state=found.state, action="answer")
    if desk.principal in (found.filed_by, _answerable(desk, found)):
        raise FourEyes(principal=desk.principal)
    not_oneself(desk, found.volunteer_id)

    # Nothing below this line may refuse.
    state = "upheld" if command.is_upheld else "rejected"
    note = keep_note(desk, command.answer)
    answered = replace(found, state=state, answered_at=desk.now, answered_by=desk.principal, answer_id=note)
    desk.put(answered)
    return {"challenge": found.id, "state": state, found.about: found.about_id}


def _answerable(desk: Desk, found: Challenge) -> str:
    """Whoever wrote down what a challenge is about."""
    if found.about == "record":
        fact = desk.find(Fact, found.about_id)
        assert fact is not None, "a challenge is about a record"
        return fact.recorded_principal
    entry = desk.find(BookEntry, found.about_id)
    assert entry is not None, "a challenge is about an entry"
    command = desk.find(StoredCommand, entry.cause)
    assert command is not None, "an entry has the command that caused it"
    return command.principal


@dataclass(frozen=True, slots=True)
class WithdrawChallenge:
    """Whoever filed it takes it back."""

    challenge: str

    def __post_init__(self) -> None:
        shapes.code("challenge", self.challenge)


def withdraw_challenge(command: WithdrawChallenge, desk: Desk) -> dict[str, Any]:
    """Take an appeal or an objection back.

    Raises, first that applies: NotFound, WrongState (answered already), Forbidden (somebody else's).
    """
    found = the_challenge(desk, command.challenge)
    if found.state != "open":
        raise WrongState(state=found.state, action="withdraw")
    if desk.principal != found.filed_by:
        raise Forbidden(why=Both("only who filed it takes it back", "只有提出人可以撤回"))
    desk.put(replace(found, state="withdrawn"))
    return {"challenge": found.id, "state": "withdrawn", found.about: found.about_id}


def the_challenge(desk: Desk, identity: str) -> Challenge:
    """An appeal or an objection.

    Raises: NotFound.
    """
    found = desk.find(Challenge, identity)
    if found is None:
        raise NotFound(what="appeal", code=identity)
    return found
