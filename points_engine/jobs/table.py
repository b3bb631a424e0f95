"""Every job there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Final

from points_engine.errors import NotFound
from points_engine.jobs.auditing import audit_books
from points_engine.jobs.jobs import Daily, Every, Job
from points_engine.jobs.presence import close_forgotten
from points_engine.jobs.sweeps import expire_holds, expire_lots, lapse_offers
from points_engine.jobs.telling import tell_webhooks

AUDIT: Final = "audit"
"""The name of the job whose findings make a process unready."""

JOBS: Final[tuple[Job, ...]] = (
    Job(
        "expire_holds", "释放过期预留", "let go of holds whose time is over", Every(timedelta(seconds=30)), expire_holds
    ),
    Job(
        "lapse_offers",
        "过期名额转给候补",
        "pass on places that nobody took up in time",
        Every(timedelta(minutes=1)),
        lapse_offers,
    ),
    Job("expire_lots", "过期积分清零", "take away points that have expired", Every(timedelta(minutes=10)), expire_lots),
    Job(
        "close_forgotten",
        "关闭忘记签退的签到",
        "close check-ins that nobody ended",
        Every(timedelta(minutes=15)),
        close_forgotten,
    ),
    Job("tell_webhooks", "发送网络回调", "tell webhooks what happened", Every(timedelta(seconds=10)), tell_webhooks),
    Job(AUDIT, "全账稽核", "check every promise of the books", Daily(time(3)), audit_books),
)
BY_NAME: Final[Mapping[str, Job]] = {job.name: job for job in JOBS}


def the_job(name: str) -> Job:
    """The job of that name.

    Raises: NotFound.
    """
    if name not in BY_NAME:
        raise NotFound(what="job", code=name)
    return BY_NAME[name]
