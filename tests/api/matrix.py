"""Who may do what with the resources: rows of the matrix that tests/api/test_access.py asks with every role."""

from __future__ import annotations

ROLES = ("kiosk", "merchant", "steward", "administrator", "committee")
STAFF = {"steward", "administrator"}
SITE = {"kiosk", "steward", "administrator"}
PEOPLE = set(ROLES) - {"merchant"}
RECORDS = STAFF | {"committee"}

RESOURCES: tuple[tuple[str, str, set[str]], ...] = (
    ("POST", "/v1/imports", STAFF),
    ("GET", "/v1/imports", RECORDS),
    ("GET", "/v1/imports/x", RECORDS),
    ("POST", "/v1/imports/x/records", STAFF),
    ("POST", "/v1/imports/x/deeds", STAFF),
    ("POST", "/v1/imports/x/undo", {"administrator"}),
    ("POST", "/v1/opening-balances", {"administrator"}),
    ("POST", "/v1/kiosk-batches", SITE),
    ("GET", "/v1/conflicts", RECORDS),
    ("GET", "/v1/conflicts/x", RECORDS),
    ("POST", "/v1/conflicts/x/resolutions", STAFF),
    ("POST", "/v1/conflicts/x/reopen", STAFF),
    ("POST", "/v1/kiosks", {"administrator"}),
    ("GET", "/v1/kiosks", set(ROLES)),
    ("GET", "/v1/volunteers", RECORDS),
    ("GET", "/v1/volunteers/x/facts", RECORDS),
    ("POST", "/v1/volunteers/x/facts", STAFF),
    ("POST", "/v1/volunteers/x/units", STAFF),
    ("POST", "/v1/volunteers/x/standing", STAFF),
    ("POST", "/v1/volunteers/x/birth-date", STAFF),
    ("POST", "/v1/volunteers/x/merge", {"administrator"}),
    ("POST", "/v1/units", {"administrator"}),
    ("GET", "/v1/units", set(ROLES)),
    ("GET", "/v1/units/x", set(ROLES)),
    ("POST", "/v1/units/x/moves", {"administrator"}),
    ("GET", "/v1/approvals", RECORDS),
    ("POST", "/v1/reversals", STAFF),
    ("POST", "/v1/activities/x/changes", STAFF),
    ("POST", "/v1/activities/x/cancellation", STAFF),
    ("GET", "/v1/sign-ups", PEOPLE),
    ("POST", "/v1/sign-ups/withdrawals", SITE),
    ("POST", "/v1/sign-ups/absences", STAFF),
    ("GET", "/v1/counts", RECORDS),
    ("GET", "/v1/credits", RECORDS),
    ("POST", "/v1/challenges", STAFF),
    ("GET", "/v1/challenges", RECORDS),
    ("GET", "/v1/challenges/x", RECORDS),
    ("POST", "/v1/challenges/x/answers", STAFF),
    ("POST", "/v1/challenges/x/withdrawal", STAFF),
    ("GET", "/v1/entries", PEOPLE),
    ("GET", "/v1/service-records/x/awards", PEOPLE),
    ("GET", "/v1/partners", set(ROLES)),
    ("GET", "/v1/funds", set(ROLES)),
    ("GET", "/v1/packs/x/explanation", set(ROLES)),
    ("POST", "/v1/packs/checks", RECORDS),
    ("POST", "/v1/packs", {"administrator"}),
)
