"""Privacy: which facts a trace may show. A trace is kept for ever, so it holds no person and no free text."""

from __future__ import annotations

FREE_TEXT = frozenset({"activity.name", "record.relation", "record.referrer", "record.receiver"})
"""Facts that may hold free text or name a person: rules may read them, a trace never shows them."""

SHOWN_OF_PERSONS = frozenset({"volunteer.tier"})
"""The only facts about the person that a trace shows."""


def is_shown(name: str) -> bool:
    """Whether a trace may show the value of a fact or measure."""
    if name.startswith("volunteer."):
        return name in SHOWN_OF_PERSONS
    return name not in FREE_TEXT
