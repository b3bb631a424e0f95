"""The books as a beancount file: another program reads them, adds them up, and must find our balances.

Signs are those of our books. Accounts are mapped one to one:

- `volunteer/{id}`: `Assets:Volunteers:{number}:Spendable` (points), `…:Minutes` (service time)
- `volunteer/{id}/held`, `/pending`, `/donate_only`: `Assets:Volunteers:{number}:Held`, `…:Pending`, `…:Donate-Only`
- `volunteer/{id}/debt`: `Liabilities:Volunteers:{number}:Debt`
- `fund/{code}`, `/reserved`, `/donors`: `Assets:Funds:{code}:Available`, `…:Reserved`, `Income:Funds:{code}:Donors`
- `group/{code}`: `Assets:Groups:{code}:Available`
- `partner/{code}/redeemed`, `/payable`: `Expenses:Partners:{code}:Redeemed`, `…:Payable`
- `scheme/{code}/issued`, `/allotted`, `/opening`, `/adjusted`: `Income:Schemes:{code}:Issued`, …
- `scheme/{code}/expired`, `/forfeited`, `/forgiven`: `Expenses:Schemes:{code}:Expired`, …
- `programme/served`: `Income:Programme:Served`

A scheme's points are the commodity `{SCHEME}-POINTS`; service time is `MINUTES`; money is its ISO code, in exact
decimals. A lot's last usable day is the metadata `expires-on` of its posting. Every guarded account ends in a `balance`
directive, so that beancount itself says when it finds another sum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Final, TextIO

from points_engine.interchange.books import Names, balances, names
from points_engine.ledger.amounts import MINUTES, NEVER
from points_engine.store import SqlStore
from points_engine.store.statements import PostedEntry, PostedLine, every_entry

OPENED_ON: Final = date(1900, 1, 1)
"""The day from which every account is open: no service is older."""

_SOURCES: Final = frozenset({"issued", "allotted", "opening", "adjusted"})
_COMPONENT: Final = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")
_NOT_IN_COMPONENTS: Final = re.compile(r"[^A-Za-z0-9]+")
_COMMODITY_CHARACTERS: Final = 24


def write_beancount(store: SqlStore, file: TextIO, progress: Callable[[int], object] = lambda entries: None) -> int:
    """Write the books as they are now; answers how many entries there are."""
    count, last_day = 0, OPENED_ON
    with store.reading() as connection:
        called = names(connection)
        accounts = _Accounts(called)
        file.write('option "title" "Volunteer points and rewards exchange engine"\n\n')
        for asset in called.decimals:
            file.write(f"{OPENED_ON} commodity {commodity(asset)}\n")
        opened: dict[str, None] = {}
        for entry in every_entry(connection):
            count += 1
            for account in dict.fromkeys(accounts.name(line.account, line.asset) for line in entry.lines):
                if account not in opened:
                    opened[account] = None
                    file.write(f"\n{OPENED_ON} open {account}")
            file.writelines(_transaction(entry, called, accounts))
            last_day = max(last_day, entry.occurred_at.date())
            if count % 1_000 == 0:
                progress(count)
        file.write("\n")
        for account, asset, balance in balances(connection):
            amount = f"{called.exact(balance, asset)} ~ 0 {commodity(asset)}"
            file.write(f"{last_day + timedelta(days=1)} balance {accounts.name(account, asset)}  {amount}\n")
    progress(count)
    return count


def _transaction(entry: PostedEntry, called: Names, accounts: _Accounts) -> Iterator[str]:
    yield f'\n{entry.occurred_at.date()} * "{entry.kind}"\n'
    yield f'  entry: "{entry.id}"\n  seq: {entry.seq}\n  index: {entry.idx}\n  cause: "{entry.cause}"\n'
    yield f'  occurred-at: "{entry.occurred_at.isoformat()}"\n  recorded-at: "{entry.recorded_at.isoformat()}"\n'
    if entry.reverses is not None:
        yield f'  reverses: "{entry.reverses}"\n'
    for line in entry.lines:
        yield from _posting(line, called, accounts)


def _posting(line: PostedLine, called: Names, accounts: _Accounts) -> Iterator[str]:
    account = accounts.name(line.account, line.asset)
    yield f"  {account}  {called.exact(line.amount, line.asset)} {commodity(line.asset)}\n"
    if line.expires_on != NEVER:
        yield f"    expires-on: {line.expires_on}\n"


def commodity(asset: str) -> str:
    """What an asset is called in beancount.

    >>> commodity("points/oss-time-bank"), commodity("minutes"), commodity("CNY")
    ('OSS-TIME-BANK-POINTS', 'MINUTES', 'CNY')
    """
    if asset == MINUTES:
        return "MINUTES"
    kind, _, scheme = asset.partition("/")
    if kind != "points":
        return asset
    name = f"{scheme.upper()}-POINTS"
    if len(name) <= _COMMODITY_CHARACTERS and re.fullmatch(r"[A-Z][A-Z0-9-]*", name):
        return name
    return f"P{sha256(scheme.encode()).hexdigest()[:12].upper()}-POINTS"


def components(codes: Iterable[str]) -> dict[str, str]:
    """What codes are called as one part of an account's name, each differently.

    Codes that fit stay as they are; others are capitalised and cleaned, and marked where that is taken already.

    >>> components(["museum", "S-00002", "Museum"])
    {'Museum': 'Museum', 'S-00002': 'S-00002', 'museum': 'Museum-49190637'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code in sorted(codes, key=lambda code: (not _COMPONENT.fullmatch(code), code)):
        name = code
        if not _COMPONENT.fullmatch(code):
            slug = _NOT_IN_COMPONENTS.sub("-", code).strip("-") or "X"
            name = slug[0].upper() + slug[1:]
        if name in taken:
            name = f"{name}-{sha256(code.encode()).hexdigest()[:8]}"
        found[code] = name
        taken.add(name)
    return found


class _Accounts:
    """What our accounts are called in beancount."""

    def __init__(self, called: Names) -> None:
        numbers = components(called.numbers.values())
        self._volunteers = {identity: numbers[number] for identity, number in called.numbers.items()}
        self._schemes, self._funds = components(called.schemes), components(called.funds)
        self._partners, self._groups = components(called.partners), components(called.groups)
        self._known: dict[tuple[str, str], str] = {}

    def name(self, account: str, asset: str) -> str:
        """The beancount account that stands for one of ours."""
        place = (account, asset)
        if place not in self._known:
            self._known[place] = self._made(account, asset)
        return self._known[place]

    def _made(self, account: str, asset: str) -> str:
        whose, code, part = [*account.split("/"), ""][:3]
        leaf = "-".join(word.capitalize() for word in part.split("_"))
        match whose:
            case "volunteer":
                root = "Liabilities" if part == "debt" else "Assets"
                leaf = leaf or ("Minutes" if asset == MINUTES else "Spendable")
                return f"{root}:Volunteers:{self._volunteers[code]}:{leaf}"
            case "fund":
                return f"{'Income' if part == 'donors' else 'Assets'}:Funds:{self._funds[code]}:{leaf or 'Available'}"
            case "group":
                return f"Assets:Groups:{self._groups[code]}:Available"
            case "partner":
                return f"Expenses:Partners:{self._partners[code]}:{leaf}"
            case "scheme":
                return f"{'Income' if part in _SOURCES else 'Expenses'}:Schemes:{self._schemes[code]}:{leaf}"
            case _:
                return f"Income:Programme:{code.capitalize()}"
