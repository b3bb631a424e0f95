"""Who may do what: a row for every operation, with the roles it is open to and the keys whose reach it lies outside of.

A new operation without a row fails `test_access.py`.  `{volunteer}`, `{record}`, `{entry}`, `{voucher}`, `{sample}`,
`{key}` and `{pack}` in paths and bodies stand for things of street XH and of the residents' scheme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.api.street import RESIDENTS

ROLES: Final = ("kiosk", "merchant", "steward", "administrator", "committee")
ALL: Final = frozenset(ROLES)
SITE: Final = frozenset({"kiosk", "steward", "administrator"})
STAFF: Final = frozenset({"steward", "administrator"})
PEOPLE: Final = ALL - {"merchant"}
RECORDS: Final = STAFF | {"committee"}
COUNTER: Final = frozenset({"merchant", "administrator"})
HOLDERS: Final = ALL - {"committee"}
READERS: Final = frozenset({"administrator", "committee"})
ADMINISTRATOR: Final = frozenset({"administrator"})
COMMITTEE: Final = frozenset({"committee"})

# Keys of another reach than what is asked for, as `tests/api/test_access.py` issues them: role, and what narrows them.
FOREIGN: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "foreign kiosk": ("kiosk", {"kiosk": "K-SL", "unit": "SL"}),
    "other merchant": ("merchant", {"outlet": "huadu-culture-1"}),
    "other partner": ("merchant", {"partner": "huadu-culture"}),
    "foreign steward": ("steward", {"unit": "SL"}),
    "foreign administrator": ("administrator", {"unit": "SL"}),
    "foreign committee": ("committee", {"unit": "SL"}),
    "party steward": ("steward", {"scheme": "huadu-party-members"}),
    "party administrator": ("administrator", {"scheme": "huadu-party-members"}),
}
ELSEWHERE: Final = frozenset({"foreign steward", "foreign administrator", "foreign committee"})
"""Keys of people of another street."""
AT_ANOTHER_SITE: Final = frozenset({"foreign kiosk", "foreign steward", "foreign administrator"})
OF_ANOTHER_PARTNER: Final = frozenset({"other merchant", "other partner"})
OF_ANOTHER_SCHEME: Final = frozenset({"party steward", "party administrator"})
NARROWED: Final = frozenset({"foreign administrator", "foreign committee", "party administrator"})
"""Keys of readers that do not reach the whole programme."""
NOT_THEIRS: Final = frozenset({"foreign steward", "foreign administrator"}) | OF_ANOTHER_PARTNER | OF_ANOTHER_SCHEME
"""Keys that a voucher of the residents' scheme for somebody of street XH at Wang's has nothing to do with."""


@dataclass(frozen=True)
class Row:
    """An operation: the roles it is open to, and which foreign keys are refused by their reach.

    Foreign keys of an open role that are not named in `outside` are let in.
    """

    roles: frozenset[str]
    outside: frozenset[str] = frozenset()
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""


VOLUNTEER: Final = {"volunteer": "{volunteer}", "activity": "XH-garden"}
RECORD: Final = {
    **VOLUNTEER,
    "start": "2026-03-01T09:00:00+08:00",
    "end": "2026-03-01T10:00:00+08:00",
}

MATRIX: Final[dict[tuple[str, str], Row]] = {
    # volunteers
    ("GET", "/v1/volunteers/{number}"): Row(PEOPLE, ELSEWHERE),
    ("GET", "/v1/volunteers/{number}/balance"): Row(PEOPLE, ELSEWHERE),
    ("GET", "/v1/volunteers/{number}/statement"): Row(PEOPLE, ELSEWHERE),
    ("GET", "/v1/volunteers/{number}/records"): Row(PEOPLE, ELSEWHERE),
    ("GET", "/v1/volunteers/{number}/tiers"): Row(PEOPLE, ELSEWHERE),
    # A partner's key has to say at which of its outlets.
    ("GET", "/v1/volunteers/{number}/vouchers"): Row(SITE, ELSEWHERE - {"foreign committee"}),
    ("GET", "/v1/volunteers/{number}/quotes"): Row(ALL, ELSEWHERE | {"other partner"}),
    ("POST", "/v1/volunteers"): Row(
        STAFF,
        ELSEWHERE - {"foreign committee"},
        {"number": "N", "name": "n", "joined_on": "2026-03-01", "home_unit": "XH-C1"},
    ),
    # activities and service
    ("GET", "/v1/activities"): Row(ALL),
    ("GET", "/v1/activities/{code}"): Row(ALL),
    ("POST", "/v1/activities"): Row(
        STAFF,
        ELSEWHERE - {"foreign committee"},
        {"code": "N", "name": "n", "category": "c", "host": "XH-C1"},
    ),
    ("POST", "/v1/sign-ups"): Row(SITE, AT_ANOTHER_SITE, VOLUNTEER),
    ("GET", "/v1/check-ins"): Row(RECORDS),
    ("POST", "/v1/check-ins"): Row(SITE, AT_ANOTHER_SITE, VOLUNTEER),
    ("POST", "/v1/check-outs"): Row(SITE, AT_ANOTHER_SITE, VOLUNTEER),
    ("GET", "/v1/service-records"): Row(RECORDS),
    ("GET", "/v1/service-records/{record}"): Row(RECORDS, ELSEWHERE),
    ("POST", "/v1/service-records"): Row(STAFF, ELSEWHERE - {"foreign committee"}, RECORD),
    ("POST", "/v1/deeds"): Row(
        STAFF,
        ELSEWHERE - {"foreign committee"},
        {"volunteer": "{volunteer}", "kind": "k", "occurred_at": "2026-03-01T19:00:00+08:00"},
    ),
    ("POST", "/v1/approvals"): Row(STAFF, ELSEWHERE - {"foreign committee"}, {"record": "{record}"}),
    ("POST", "/v1/rejections"): Row(STAFF, ELSEWHERE - {"foreign committee"}, {"record": "{record}", "reason": "x"}),
    ("POST", "/v1/corrections"): Row(
        STAFF,
        ELSEWHERE - {"foreign committee"},
        {"record": "{record}", "reason": "x", "end": "2026-03-02T10:00:00+08:00"},
    ),
    # the counter
    ("POST", "/v1/redemptions"): Row(
        SITE,
        NOT_THEIRS - OF_ANOTHER_PARTNER,
        {"volunteer": "{volunteer}", "scheme": RESIDENTS, "reward": "soap"},
    ),
    ("GET", "/v1/redemptions/{code}"): Row(ALL, ELSEWHERE | OF_ANOTHER_PARTNER | OF_ANOTHER_SCHEME),
    ("GET", "/v1/redemptions/{code}/voucher"): Row(SITE, NOT_THEIRS - OF_ANOTHER_PARTNER),
    ("GET", "/v1/outlets/{outlet}/offline"): Row(COUNTER, OF_ANOTHER_PARTNER),
    ("POST", "/v1/redemptions/offline"): Row(
        COUNTER, OF_ANOTHER_PARTNER,
        {"outlet": "wangs-1", "items": [{"id": "taken-once", "token": "PO1AAAA", "at": "2026-03-02T09:00:00+08:00"}]},
    ),
    ("GET", "/v1/offline-uses"): Row(frozenset({"merchant", "administrator", "committee"})),
    ("POST", "/v1/redemptions/{code}/confirm"): Row(
        COUNTER, OF_ANOTHER_PARTNER | {"foreign administrator", "party administrator"}, {"outlet": "wangs-1"}
    ),
    ("POST", "/v1/redemptions/{code}/refunds"): Row(
        COUNTER,
        OF_ANOTHER_PARTNER | {"foreign administrator", "party administrator"},
        {"outlet": "wangs-1", "reason": "x"},
    ),
    ("POST", "/v1/redemptions/{code}/cancel"): Row(HOLDERS, NOT_THEIRS),
    ("POST", "/v1/volunteers/{number}/phone"): Row(SITE, ELSEWHERE - {"foreign committee"}),
    ("POST", "/v1/visits"): Row(
        COUNTER, OF_ANOTHER_PARTNER | {"foreign administrator"},
        {"volunteer": "{volunteer}", "outlet": "wangs-1", "shown": "00000000"},
    ),
    ("GET", "/v1/visits/{visit}"): Row(COUNTER, OF_ANOTHER_PARTNER | {"foreign administrator"}),
    ("POST", "/v1/visits/{visit}/redemptions"): Row(
        COUNTER, OF_ANOTHER_PARTNER | {"foreign administrator", "party administrator"},
        {"rewards": [{"scheme": RESIDENTS, "reward": "soap"}]},
    ),
    ("POST", "/v1/gifts"): Row(
        SITE,
        NOT_THEIRS - OF_ANOTHER_PARTNER,
        {"volunteer": "{volunteer}", "scheme": RESIDENTS, "points": "1", "to_kind": "fund", "to": "community"},
    ),
    ("POST", "/v1/stock-moves"): Row(
        COUNTER, OF_ANOTHER_PARTNER | {"party administrator"},
        {"scheme": RESIDENTS, "reward": "soap", "stock": "bought", "items": 1, "outlet": "wangs-1"},
    ),
    ("POST", "/v1/stock-moves/carried"): Row(
        COUNTER, OF_ANOTHER_PARTNER | {"party administrator"},
        {"scheme": RESIDENTS, "reward": "soap", "items": 1, "from_outlet": "wangs-1"},
    ),
    ("GET", "/v1/stock"): Row(frozenset({"merchant", "administrator", "committee"})),
    ("GET", "/v1/outlets"): Row(ALL),
    # the books and the rules
    ("GET", "/v1/entries/{entry}"): Row(PEOPLE, ELSEWHERE),
    ("GET", "/v1/packs"): Row(ALL),
    ("GET", "/v1/packs/{digest}"): Row(ALL),
    ("GET", "/v1/audit"): Row(
        READERS, frozenset({"foreign administrator", "foreign committee", "party administrator"})
    ),
    # what is scarce
    ("POST", "/v1/draws"): Row(
        ADMINISTRATOR, frozenset({"foreign administrator", "party administrator"}),
        {"code": "n", "scheme": "fair", "rule": "films", "closes_at": "2026-04-01T18:00:00+08:00", "reward": "film"},
    ),
    ("GET", "/v1/draws"): Row(ALL),
    ("GET", "/v1/draws/{draw}"): Row(ALL),
    ("POST", "/v1/draws/{draw}/entries"): Row(
        SITE, NOT_THEIRS - OF_ANOTHER_PARTNER, {"volunteer": "{volunteer}"}
    ),
    ("POST", "/v1/draws/{draw}/withdrawals"): Row(
        SITE, NOT_THEIRS - OF_ANOTHER_PARTNER, {"volunteer": "{volunteer}"}
    ),
    ("POST", "/v1/draws/{draw}/drawing"): Row(
        ADMINISTRATOR, frozenset({"foreign administrator", "party administrator"})
    ),
    ("GET", "/v1/draws/{draw}/offers"): Row(STAFF, OF_ANOTHER_SCHEME),
    ("POST", "/v1/draws/{draw}/take-ups"): Row(SITE, NOT_THEIRS - OF_ANOTHER_PARTNER, {"volunteer": "{volunteer}"}),
    ("POST", "/v1/draws/{draw}/declines"): Row(SITE, NOT_THEIRS - OF_ANOTHER_PARTNER, {"volunteer": "{volunteer}"}),
    ("GET", "/v1/volunteers/{number}/tickets"): Row(PEOPLE, ELSEWHERE),
    ("POST", "/v1/draws/{draw}/cancellation"): Row(
        ADMINISTRATOR, frozenset({"foreign administrator", "party administrator"}), {"reason": "x"}
    ),
    # the committee
    ("POST", "/v1/samples"): Row(COMMITTEE, frozenset({"foreign committee"}), {"scheme": RESIDENTS}),
    ("GET", "/v1/samples"): Row(READERS, frozenset({"foreign administrator", "foreign committee"})),
    ("GET", "/v1/samples/{sample}"): Row(READERS, NARROWED),
    ("GET", "/v1/samples/{sample}/draw"): Row(READERS, NARROWED),
    ("GET", "/v1/samples/{sample}/entries/{entry}"): Row(READERS, NARROWED),
    ("POST", "/v1/samples/{sample}/marks"): Row(
        COMMITTEE, frozenset({"foreign committee"}), {"entry": "{entry}", "verdict": "agreed"}
    ),
    ("POST", "/v1/samples/{sample}/sign-offs"): Row(COMMITTEE, frozenset({"foreign committee"})),
    ("POST", "/v1/notes/{note}/erasure"): Row(
        ADMINISTRATOR, frozenset({"foreign administrator", "party administrator"})
    ),
    ("GET", "/v1/groups"): Row(PEOPLE),
    ("POST", "/v1/groups"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"}, {"code": "lions", "name_zh": "狮", "name_en": "Lions"}
    ),
    ("POST", "/v1/groups/{group}/gifts"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"},
        {"scheme": RESIDENTS, "points": "1", "to_kind": "volunteer", "to": "{volunteer}"},
    ),
    ("POST", "/v1/funds/{fund}/allotments"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"}, {"scheme": RESIDENTS, "points": "5", "reason": "x"}
    ),
    # rewards
    ("GET", "/v1/rewards"): Row(ALL, OF_ANOTHER_SCHEME, query=f"?scheme={RESIDENTS}"),
    ("POST", "/v1/rewards"): Row(ADMINISTRATOR, NARROWED - {"foreign committee"}, {
        "scheme": RESIDENTS, "reward": "rice", "title_zh": "米", "title_en": "Rice", "cite": "x", "points": "2",
        "category": "commerce", "partner": "wangs", "base": "{digest}", "effective_on": "2026-06-01",
    }),
    ("POST", "/v1/rewards/{reward}/end"): Row(ADMINISTRATOR, NARROWED - {"foreign committee"}, {
        "scheme": RESIDENTS, "base": "{digest}", "effective_on": "2026-06-01", "last_day": "2026-06-02",
    }),
    # keys
    ("POST", "/v1/keys"): Row(
        ADMINISTRATOR,
        frozenset({"foreign administrator", "party administrator"}),
        {"role": "steward", "principal": "steward:new", "label": "new", "unit": "XH"},
    ),
    ("GET", "/v1/me"): Row(ALL),
    ("GET", "/v1/keys"): Row(
        READERS, frozenset({"foreign administrator", "foreign committee", "party administrator"})
    ),
    ("GET", "/v1/keys/{key}"): Row(
        READERS, frozenset({"foreign administrator", "foreign committee", "party administrator"})
    ),
    ("POST", "/v1/keys/{key}/changes"): Row(
        ADMINISTRATOR, frozenset({"foreign administrator", "party administrator"}), {"label": "x"}
    ),
    ("POST", "/v1/keys/{key}/revoke"): Row(
        ADMINISTRATOR, frozenset({"foreign administrator", "party administrator"})
    ),
    # webhooks
    ("GET", "/v1/webhooks"): Row(READERS, NARROWED),
    ("GET", "/v1/webhooks/{webhook}"): Row(READERS, NARROWED),
    ("GET", "/v1/webhooks/{webhook}/missed"): Row(READERS, NARROWED),
    ("POST", "/v1/webhooks"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"}, {"code": "w", "url": "https://1.1.1.1/", "label": "w"}
    ),
    ("POST", "/v1/webhooks/{webhook}/changes"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"}, {"url": "https://1.1.1.1/", "label": "w"}
    ),
    ("POST", "/v1/webhooks/{webhook}/state"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"}, {"state": "paused"}
    ),
    ("POST", "/v1/webhooks/{webhook}/secret"): Row(ADMINISTRATOR, NARROWED - {"foreign committee"}),
    ("POST", "/v1/webhooks/{webhook}/replay"): Row(
        ADMINISTRATOR, NARROWED - {"foreign committee"}, {"after": "0-0"}
    ),
    # operation
    ("GET", "/v1/jobs"): Row(READERS, NARROWED),
    ("GET", "/v1/jobs/runs"): Row(READERS, NARROWED),
    ("POST", "/v1/jobs/{job}/runs"): Row(ADMINISTRATOR, NARROWED - {"foreign committee"}),
    ("GET", "/v1/events"): Row(ALL, query="?seconds=0"),
    # PINs come last: a volunteer who has one has to say it
    ("POST", "/v1/volunteers/{number}/pin"): Row(HOLDERS, ELSEWHERE, {"pin": "407215"}),
    ("POST", "/v1/volunteers/{number}/identifications"): Row(HOLDERS, ELSEWHERE, {"pin": "407215"}),
    ("POST", "/v1/volunteers/{number}/pin/unlock"): Row(STAFF, ELSEWHERE),
}  # fmt: skip

OPEN: Final = frozenset(
    {"/v1/public/numbers", "/v1/public/draws/{draw}", "/v1/voucher-keys", "/healthz", "/readyz", "/metrics"}
)
"""Operations that need no key."""
