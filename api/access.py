"""Who is asking: the key in the Authorization header, its role and its reach."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from pydantic import Field

from api.gateway import Gateway
from api.headers import Told, reads, shown_key
from api.identifications import Identifications
from api.known_keys import Found
from api.limiting import Limiter
from api.refusals import IdentificationNeeded
from points_engine.bilingual import Both
from points_engine.errors import Forbidden, Unauthorized
from points_engine.flow.access.keys import REVOKED, granted_by
from points_engine.flow.entities import ApiKey, Outlet, Person, Volunteer
from points_engine.keys import is_secret, parted
from points_engine.reading import View, people
from points_engine.reading.service import is_under

DEVICES: Final = ("kiosk", "merchant")
READERS: Final = ("administrator", "committee")
STAFF: Final = ("steward", "administrator")
SITE: Final = ("kiosk", "steward", "administrator")
COUNTER: Final = ("merchant", "administrator")
ANYBODY: Final = ("kiosk", "merchant", "steward", "administrator", "committee")

IDENTIFICATION: Final[Told[str]] = Told(
    "identification",
    Annotated[str, Field(max_length=100)],
    "from an identification by PIN, where a volunteer has one",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds the key: a device or a person in a role, within a reach."""

    key: ApiKey
    identifications: Identifications
    identification: str = ""  # what the header `Identification` says
    outlets: frozenset[str] = frozenset()  # of the key's partner, where the key is a whole partner's

    @property
    def role(self) -> str:
        return self.key.role

    @property
    def principal(self) -> str:
        return self.key.principal

    @property
    def is_device(self) -> bool:
        """Whether the key stands at a kiosk or a counter, and serves whoever comes."""
        return self.role in DEVICES

    @property
    def is_narrowed(self) -> bool:
        """Whether the key reaches one unit, or one scheme, only."""
        return bool(self.key.unit or self.key.scheme)

    def at_outlet(self, outlet: str | None) -> str:
        """The outlet at which the caller acts: the key's own one, or the one that is named.

        Raises: Forbidden, for another outlet than the key's, or none or a foreign one where the key is a partner's.
        """
        if self.key.outlet and outlet and outlet != self.key.outlet:
            raise Forbidden(
                why=Both(f"this key belongs to outlet {self.key.outlet}", f"此密钥只属于兑换点 {self.key.outlet}")
            )
        if self.key.partner and outlet not in self.outlets:
            raise Forbidden(
                why=Both(f"name an outlet of partner {self.key.partner}", f"请指明合伙人 {self.key.partner} 的兑换点")
            )
        return self.key.outlet or outlet or ""

    def at_kiosk(self, kiosk: str | None) -> str:
        """The kiosk at which the caller acts: the key's own one, or the one that is named.

        Raises: Forbidden, for another kiosk than the key's.
        """
        if self.key.kiosk and kiosk and kiosk != self.key.kiosk:
            raise Forbidden(
                why=Both(f"this key belongs to kiosk {self.key.kiosk}", f"此密钥只属于签到机 {self.key.kiosk}")
            )
        return self.key.kiosk or kiosk or ""

    def reach(self, view: View, *units: str | None) -> None:
        """Refuse what lies outside the key's unit: none of the units it is linked to is that unit or below it.

        Raises: Forbidden.
        """
        if self.key.unit and not any(unit and is_under(view, unit, self.key.unit) for unit in units):
            raise Forbidden(why=Both(f"this key reaches unit {self.key.unit} only", f"此密钥仅限组织 {self.key.unit}"))

    def reach_person(self, view: View, number: str) -> None:
        """Refuse a volunteer whose home and work units both lie outside the key's unit.

        A kiosk and a counter serve whoever comes.  Raises, first that applies: NotFound, Forbidden.
        """
        if self.key.unit and not self.is_device:
            self._reach_linked(view, people.volunteer(view, number))

    def reach_owner(self, view: View, volunteer_id: str) -> None:
        """The same for a volunteer whose id is known.

        Raises: Forbidden.
        """
        if self.key.unit and not self.is_device:
            self._reach_linked(view, view.the(Volunteer, "volunteer", volunteer_id))

    def _reach_linked(self, view: View, found: Volunteer) -> None:
        self.reach(view, found.home_unit, found.work_unit)

    def open_to(self, view: View, number: str) -> None:
        """Refuse what is personal: to staff by their unit; to a device until a volunteer who has a PIN has said it.

        Raises, first that applies: NotFound, Forbidden, IdentificationNeeded.
        """
        if not self.is_device:
            self.reach_person(view, number)
            return
        found = people.volunteer(view, number)
        person = view.one(Person, found.id)
        has_pin = person is not None and bool(person.pin_hash)
        if has_pin and not self.identifications.is_of(self.identification, found.id, self.key.id, view.now):
            raise IdentificationNeeded()

    def knows(self, view: View, number: str) -> bool:
        """Whether it is known who stands there: staff know, a device does from an identification by PIN.

        Raises: NotFound.
        """
        found = people.volunteer(view, number)
        return not self.is_device or self.identifications.is_of(self.identification, found.id, self.key.id, view.now)

    def sees_scheme(self, scheme: str) -> bool:
        """Whether a scheme is within the key's reach."""
        return self.key.scheme in ("", scheme)

    def in_scheme(self, scheme: str) -> None:
        """Refuse another scheme than the key's.

        Raises: Forbidden.
        """
        if not self.sees_scheme(scheme):
            raise Forbidden(
                why=Both(f"this key is for scheme {self.key.scheme} only", f"此密钥仅限账套 {self.key.scheme}")
            )

    def grant(self, level: str) -> None:
        """Refuse a level of approval that the key may not grant.

        Raises: Forbidden.
        """
        self.grant_any({level})

    def grant_any(self, wanted: Collection[str]) -> None:
        """Refuse where the key may grant none of these levels of approval; none named are anybody's.

        Raises: Forbidden.
        """
        levels = granted_by(self.key)
        if levels is not None and wanted and not set(wanted) & set(levels):
            level = " / ".join(sorted(wanted))
            mine_en, mine_zh = ", ".join(levels) or "no level", "、".join(levels) or "无"
            raise Forbidden(
                why=Both(
                    f"it needs the approval of {level}; this key may grant {mine_en}",
                    f"须由“{level}”级认定；此密钥可认定的级别：{mine_zh}",
                )
            )

    def over_every_unit(self) -> None:
        """Refuse a key that has a unit where what is seen lies in no single one.

        Raises: Forbidden.
        """
        if self.key.unit:
            raise Forbidden(why=Both("a key over every unit is needed", "需要覆盖全部组织的密钥"))

    def over_all(self) -> None:
        """Refuse a key that has a unit or a scheme where only one over the whole programme will do.

        Raises: Forbidden.
        """
        if self.is_narrowed:
            raise Forbidden(why=Both("a key over the whole programme is needed", "需要覆盖整个计划的密钥"))


async def _caller_of(request: Request) -> Caller:
    """The caller behind the key that was shown; its use is noted.

    Raises, first that applies: RequestValidationError (the identification is too long), Unauthorized, TooManyGuesses,
    TooManyRequests.
    """
    books: Gateway = request.app.state.gateway
    identification, shown = IDENTIFICATION.of(request), shown_key(request)
    if shown is None:
        raise Unauthorized(why=Both("no key", "未出示密钥"))
    parts = parted(shown)
    found = None if parts is None else await _found(books, parts[0])
    caller = None if found is None else Caller(found[0], books.identifications, identification or "", found[1])
    limiter: Limiter = request.app.state.limiter
    if parts is None or caller is None or not is_secret(parts[1], caller.key.digest):
        await limiter.count_wrong_key(request)
        raise Unauthorized(why=Both("unknown key", "密钥无效"))
    if caller.key.revoked_at is not None:
        raise Unauthorized(why=REVOKED)
    now = books.now()
    if caller.key.expires_at is not None and caller.key.expires_at <= now:
        raise Unauthorized(why=Both("the key has expired", "密钥已过期"))
    await limiter.admit_key(request, caller.key.id)
    books.uses.saw(caller.key.id, now)
    request.state.principal, request.state.is_staff = caller.principal, not caller.is_device
    return caller


async def _found(books: Gateway, identity: str) -> Found | None:
    """The key under an id, as it was a moment ago at most."""
    found, changes = books.known_keys.get(identity), books.known_keys.changes
    if found is None:
        found = await books.read(lambda view: _looked_up(view, identity))
        if found is not None:
            books.known_keys.keep(identity, found, changes)
    return found


def _looked_up(view: View, identity: str) -> Found | None:
    key = view.one(ApiKey, identity)
    if key is None:
        return None
    return key, frozenset(each.code for each in view.where(Outlet, partner=key.partner)) if key.partner else frozenset()


def allowed(*roles: str) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency that lets these roles pass."""

    @reads(IDENTIFICATION, key=True)
    async def check(request: Request) -> Caller:
        caller = await _caller_of(request)
        if caller.role not in roles:
            raise Forbidden(why=Both(f"role {caller.role} may not do this", f"角色 {caller.role} 无此权限"))
        return caller

    return check


Anybody = Annotated[Caller, Depends(allowed(*ANYBODY))]
Site = Annotated[Caller, Depends(allowed(*SITE))]
Staff = Annotated[Caller, Depends(allowed(*STAFF))]
Administrator = Annotated[Caller, Depends(allowed("administrator"))]
Committee = Annotated[Caller, Depends(allowed("committee"))]
AtCounter = Annotated[Caller, Depends(allowed(*COUNTER))]
SeesStock = Annotated[Caller, Depends(allowed("merchant", "administrator", "committee"))]
SiteOrCounter = Annotated[Caller, Depends(allowed("kiosk", "merchant", "steward", "administrator"))]
SeesPeople = Annotated[Caller, Depends(allowed("kiosk", "steward", "administrator", "committee"))]
SeesPins = Annotated[Caller, Depends(allowed("kiosk", "merchant", "steward", "administrator"))]
SeesRecords = Annotated[Caller, Depends(allowed("steward", "administrator", "committee"))]
SeesAll = Annotated[Caller, Depends(allowed(*READERS))]
