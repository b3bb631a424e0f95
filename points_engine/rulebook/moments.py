"""Moments: occasions that nobody reports because the calendar brings them, such as the end of a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from points_engine.rulebook.kinds import Award
from points_engine.rulebook.occasions import Occasion, named
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.windows import last_day_of


def month_ends(pack: Pack, since: date, until: date, volunteer: str = "") -> Iterator[Occasion]:
    """The month ends from `since` to `until`, both included, where the pack awards something for them.

    Each is the last minute of the month in the scheme's zone.  Its id is the month (and the member, in a household),
    so that it is folded once however often it is asked for.
    """
    if not any(rule.at == "month_end" for rule in pack.of_kind(Award)):
        return
    day = last_day_of("month", since)
    while day <= until:
        moment = datetime.combine(day, _LAST_MINUTE, pack.zone).astimezone(UTC)
        name = named(f"month_end:{day:%Y-%m}", volunteer)
        yield Occasion(name, "month_end", moment, moment, 0, {}, day, volunteer=volunteer)
        day = last_day_of("month", day + timedelta(days=1))


_LAST_MINUTE = time(23, 59)
