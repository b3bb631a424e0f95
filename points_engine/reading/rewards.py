"""Rewards as the newest version of a scheme's rules offers them, and as that version writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from points_engine.errors import NoPackInForce, NotFound
from points_engine.flow.entities import PackText, PackVersion, Scheme
from points_engine.reading.shelves import Shelves, Stock
from points_engine.reading.view import View
from points_engine.rulebook.amending import written
from points_engine.rulebook.kinds import Reward


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a scheme's rules."""

    scheme: str
    hash: str
    effective_on: date
    text: str


@dataclass(frozen=True, slots=True)
class RewardView:
    """A reward, the rule as the version writes it, and how many can still be had."""

    reward: Reward
    rule: Mapping[str, Any]
    stock: Stock


def newest(view: View, scheme: str) -> Version:
    """The version of a scheme that is in force last.

    Raises, first that applies: NotFound, NoPackInForce.
    """
    view.the(Scheme, "scheme", scheme)
    versions = view.where(PackVersion, scheme=scheme)
    if not versions:
        raise NoPackInForce(scheme=scheme, day=view.now.date())
    last = max(versions, key=lambda version: version.effective_on)
    return Version(scheme, last.hash, last.effective_on, view.the(PackText, "pack", last.hash).canonical)


def version(view: View, scheme: str, digest: str) -> Version:
    """A version of a scheme by its hash: the latest day on which it comes into force.

    Raises: NotFound.
    """
    days = [each.effective_on for each in view.where(PackVersion, scheme=scheme, hash=digest)]
    if not days:
        raise NotFound(what="pack", code=digest)
    return Version(scheme, digest, max(days), view.the(PackText, "pack", digest).canonical)


def rewards(view: View, of: Version) -> list[RewardView]:
    """The rewards of a version, in its order."""
    shelves = Shelves(view, of.scheme)
    rules = written(of.text, "reward")
    return [RewardView(each, rules[each.id], shelves.stock(each)) for each in view.pack(of.hash).of_kind(Reward)]
