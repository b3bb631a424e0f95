"""Drawing again from what is published of a draw, with no books at hand: what does not hold is named.

The algorithm, `points-draw-1`:

1. The commitment, published before anybody entered, is the SHA-256 of the seed's 64 hexadecimal digits.
2. Tickets are numbered 1, 2, 3 … in the order of entry.  Those who take part are sorted by group (1 goes first; one
   group where the rule prefers nobody), and within a group by lot: the SHA-256, in hexadecimal, of the seed, a bar and
   the ticket's number.  Where nothing is drawn by lot, by the number.
3. The first of them are offered a place each, as many as there are places.  An offer that is let go passes to the
   first who waits; so nobody waits before somebody who was offered a place, and no more is taken or open than there
   are places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.flow.scarce.seeds import commitment_to
from points_engine.rulebook.draws import lot

ALGORITHM: Final = "points-draw-1"

HOW: Final = Both(
    "points-draw-1: the commitment is the SHA-256 of the seed; tickets are sorted by group, then by the SHA-256 of "
    "“seed|number” (in hexadecimal); the first of them are offered the places, and an offer that is let go passes to "
    "the first who waits.",
    "抽签办法 points-draw-1：承诺值是种子的 SHA-256；签号先按组别、组内按“种子|签号”的 SHA-256（十六进制）由小到大"
    "排列；依次给予名额，放弃或过期的名额转给候补的第一位。",
)
"""The algorithm in words, as it is told with every draw."""

OFFERED: Final = frozenset({"offered", "taken", "declined", "lapsed"})
"""States of tickets that were offered a place."""


@dataclass(frozen=True, slots=True)
class Published:
    """A ticket as everybody may see it."""

    ticket: int
    group: int
    state: str
    place: int


def ranking(tickets: Sequence[Published], order: str, seed: str) -> list[int]:
    """The numbers of these tickets in the order in which places are given out."""
    if order == "lottery":
        return [each.ticket for each in sorted(tickets, key=lambda each: (each.group, lot(seed, str(each.ticket))))]
    return [each.ticket for each in sorted(tickets, key=lambda each: (each.group, each.ticket))]


def faults(document: Mapping[str, Any]) -> list[Both]:
    """What does not hold in a draw as it is published; nothing where all of it does.

    Raises: KeyError, TypeError, ValueError, for what is not such a document.
    """
    tickets = [
        Published(int(each["ticket"]), int(each["group"]), str(each["state"]), int(each["place"]))
        for each in document["tickets"]
    ]
    order, seed, places = str(document["order"]), str(document["seed"] or ""), int(document["places"])
    found = list(_numbered(tickets))
    if document["drawn_at"] is not None:
        if order == "lottery" and commitment_to(seed) != document["commitment"]:
            found.append(Both("the seed is not the one that was committed to", "种子与事先公布的承诺值不符"))
        found += _ranked(tickets, order, seed)
    found += _given(tickets, places)
    return found


def _numbered(tickets: Sequence[Published]) -> Iterator[Both]:
    if [each.ticket for each in tickets] != list(range(1, len(tickets) + 1)):
        yield Both("the tickets are not numbered 1, 2, 3 …", "签号不是从 1 起连续编号")


def _ranked(tickets: Sequence[Published], order: str, seed: str) -> Iterator[Both]:
    if left := [each.ticket for each in tickets if each.state == "entered"]:
        yield Both(f"ticket {left[0]} was not drawn", f"签号 {left[0]} 未参加抽签")
    ranked = [each for each in tickets if each.place]
    said = [each.ticket for each in sorted(ranked, key=lambda each: each.place)]
    if sorted(each.place for each in ranked) != list(range(1, len(ranked) + 1)):
        yield Both("the ranking has holes", "排名不连续")
    for place, (mine, theirs) in enumerate(zip(ranking(ranked, order, seed), said, strict=True), start=1):
        if mine != theirs:
            yield Both(f"place {place} is ticket {mine}, not {theirs}", f"第 {place} 位应为签号 {mine}，而非 {theirs}")
            return


def _given(tickets: Sequence[Published], places: int) -> Iterator[Both]:
    held = [each for each in tickets if each.state in ("offered", "taken")]
    if len(held) > places:
        yield Both(f"{len(held)} of {places} places are given out", f"{places} 个名额给出了 {len(held)} 个")
    waiting = [each for each in tickets if each.state == "waiting"]
    offered = [each for each in tickets if each.state in OFFERED]
    first, last = (min(map(_turn, waiting), default=None), max(map(_turn, offered), default=None))
    if first is not None and last is not None and first < last:
        yield Both(f"ticket {first[1]} was passed over", f"签号 {first[1]} 被跳过")


def _turn(ticket: Published) -> tuple[int, int]:
    return ticket.place, ticket.ticket
