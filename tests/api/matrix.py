"""Who may do what with the resources: rows of the matrix that tests/api/test_access.py asks with every role."""

from __future__ import annotations

ROLES = ("kiosk", "merchant", "steward", "administrator", "committee")
STAFF = {"steward", "administrator"}
SITE = {"kiosk", "steward", "administrator"}
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
)
