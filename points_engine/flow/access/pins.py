"""PINs of volunteers: set, tried, locked after too many wrong tries, unlocked by staff. Only hashes are seen here.

A try is counted before anybody looks whether it is right, so that no number of tries at once gets more than its share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, TooManyTries, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need
from points_engine.flow.entities import Person, PinTries, VolunteerNumber
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs
from points_engine.flow.wire import instant
from points_engine.limits import KEY_CHARACTERS, PIN_LOCKS_MINUTES, PIN_TRIES, PIN_TRIES_ANYWHERE


@dataclass(frozen=True, slots=True)
class SetPin:
    """Give a volunteer a PIN, or another one; `pin_hash` is its peppered Argon2 hash. What was locked is open again."""

    volunteer: str
    pin_hash: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.text("pin_hash", self.pin_hash, least=1)
        if not self.pin_hash.startswith("$argon2id$"):
            raise InvalidValue(field="pin_hash", value="—", expected=Both("an Argon2id hash", "Argon2id 哈希"))


@dataclass(frozen=True, slots=True)
class CountPinTry:
    """Somebody says a PIN; `proof` stands for what they say, so that a retry under the same key says the same."""

    volunteer: str
    proof: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.token("proof", self.proof, KEY_CHARACTERS)


@dataclass(frozen=True, slots=True)
class NoteRightPin:
    """The PIN that was said is right: the tries before it no longer count."""

    volunteer: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)


@dataclass(frozen=True, slots=True)
class UnlockPin:
    """Staff who know the person let them try again."""

    volunteer: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)


def pin_needs(command: SetPin | CountPinTry | NoteRightPin | UnlockPin, desk: Desk) -> Iterator[Need]:
    yield from volunteer_needs(desk, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield Children(PinTries, (found.volunteer_id,))


def set_pin(command: SetPin, desk: Desk) -> dict[str, Any]:
    """Keep the hash of a PIN.

    Raises: NotFound.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    person = desk.find(Person, volunteer.id)
    assert person is not None, "a volunteer who is registered has a person"

    # Nothing below this line may refuse.
    desk.put(replace(person, pin_hash=command.pin_hash))
    _forget(desk, volunteer.id)
    return {"volunteer": volunteer.id, "pin": True}


def count_pin_try(command: CountPinTry, desk: Desk) -> dict[str, Any]:
    """Count one try before it is looked at; answers how many are left here before the PIN is locked.

    Raises, first that applies: NotFound, WrongState (no PIN was ever set), TooManyTries.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    person = desk.find(Person, volunteer.id)
    if person is None or not person.pin_hash:
        raise WrongState(state="no_pin", action="identify")
    tried = {row.device: row for row in desk.children(PinTries, volunteer.id)}
    for device in _counted_at(desk):
        tries = tried.get(device)
        if tries is not None and tries.locked_until is not None and desk.now < tries.locked_until:
            seconds = -(-(tries.locked_until - desk.now) // timedelta(seconds=1))
            raise TooManyTries(
                until=instant(tries.locked_until), minutes=-(-seconds // 60), retry_after_seconds=max(1, seconds)
            )

    # Nothing below this line may refuse.
    left = []
    for device, most in _counted_at(desk).items():
        counted = (tried[device].counted if device in tried else 0) + 1
        lock = None
        if counted % most == 0:
            nth = min(counted // most, len(PIN_LOCKS_MINUTES))
            lock = desk.now + timedelta(minutes=PIN_LOCKS_MINUTES[nth - 1])
        desk.put(PinTries(volunteer.id, device, counted, lock))
        left.append(-counted % most)
    return {"volunteer": volunteer.id, "left": min(left)}


def _counted_at(desk: Desk) -> dict[str, int]:
    """Where a try counts, and how many may be wrong there before a lock: at this device, and anywhere."""
    return {desk.principal: PIN_TRIES, "": PIN_TRIES_ANYWHERE}


def note_right_pin(command: NoteRightPin, desk: Desk) -> dict[str, Any]:
    """Let the tries before a right one no longer count.

    Raises: NotFound.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    return {"volunteer": volunteer.id, "forgotten": _forget(desk, volunteer.id)}


def unlock_pin(command: UnlockPin, desk: Desk) -> dict[str, Any]:
    """Let a volunteer try again at once.

    Raises: NotFound.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    return {"volunteer": volunteer.id, "forgotten": _forget(desk, volunteer.id)}


def _forget(desk: Desk, volunteer_id: str) -> int:
    """Set the counts of tries back, everywhere; answers how many there were in all."""
    forgotten = 0
    for tries in desk.children(PinTries, volunteer_id):
        if tries.counted:
            desk.put(PinTries(volunteer_id, tries.device, 0, None))
            forgotten += 0 if tries.device else tries.counted
    return forgotten
