"""Who is asking: the key in the Authorization header, its role and its reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.gateway import Gateway, gateway
from api.refusals import Unauthorized
from points_engine.errors import Forbidden
from points_engine.flow.entities import ApiKey
from points_engine.keys import is_secret, parted
from points_engine.reading import View
from points_engine.reading.service import is_under

READERS: Final = ("administrator", "committee")
STAFF: Final = ("steward", "administrator")
SITE: Final = ("kiosk", "steward", "administrator")
COUNTER: Final = ("merchant", "administrator")
ANYBODY: Final = ("kiosk", "merchant", "steward", "administrator", "committee")

bearer = HTTPBearer(auto_error=False, description="An API key, as shown once when it was issued: `pe_…`")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds the key: a device or a person in a role, within a reach."""

    key: ApiKey

    @property
    def role(self) -> str:
        return self.key.role

    @property
    def principal(self) -> str:
        return self.key.principal

    def at_outlet(self, outlet: str | None) -> str:
        """The outlet at which the caller acts: the key's own one, or the one that is named.

        Raises: Forbidden, for another outlet than the key's.
        """
        if self.key.outlet and outlet and outlet != self.key.outlet:
            raise Forbidden(why=f"this key belongs to outlet {self.key.outlet} / 此密钥只属于兑换点 {self.key.outlet}")
        return self.key.outlet or outlet or ""

    def at_kiosk(self, kiosk: str | None) -> str:
        """The kiosk at which the caller acts: the key's own one, or the one that is named.

        Raises: Forbidden, for another kiosk than the key's.
        """
        if self.key.kiosk and kiosk and kiosk != self.key.kiosk:
            raise Forbidden(why=f"this key belongs to kiosk {self.key.kiosk} / 此密钥只属于签到机 {self.key.kiosk}")
        return self.key.kiosk or kiosk or ""

    def reach(self, view: View, unit: str) -> None:
        """Refuse what lies outside the key's unit.

        Raises: Forbidden.
        """
        if self.key.unit and not is_under(view, unit, self.key.unit):
            raise Forbidden(why=f"this key reaches unit {self.key.unit} only / 此密钥仅限组织 {self.key.unit}")


async def caller_of(
    request: Request,
    books: Annotated[Gateway, Depends(gateway)],
    shown: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> Caller:
    """The caller behind the key that was shown.

    Raises: Unauthorized.
    """
    if shown is None:
        raise Unauthorized(why="no key / 未出示密钥")
    parts = parted(shown.credentials)
    found = None if parts is None else await books.read(lambda view: view.one(ApiKey, parts[0]))
    if parts is None or found is None or not is_secret(parts[1], found.digest):
        raise Unauthorized(why="unknown key / 密钥无效")
    if found.revoked_at is not None:
        raise Unauthorized(why="the key was revoked / 密钥已撤销")
    if found.expires_at is not None and found.expires_at <= books.now():
        raise Unauthorized(why="the key has expired / 密钥已过期")
    return Caller(found)


def allowed(*roles: str) -> Callable[[Caller], Caller]:
    """A dependency that lets these roles pass."""

    def check(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        if caller.role not in roles:
            raise Forbidden(why=f"role {caller.role} may not do this / 角色 {caller.role} 无此权限")
        return caller

    return check


Anybody = Annotated[Caller, Depends(allowed(*ANYBODY))]
Site = Annotated[Caller, Depends(allowed(*SITE))]
Staff = Annotated[Caller, Depends(allowed(*STAFF))]
Administrator = Annotated[Caller, Depends(allowed("administrator"))]
AtCounter = Annotated[Caller, Depends(allowed(*COUNTER))]
SiteOrCounter = Annotated[Caller, Depends(allowed("kiosk", "merchant", "steward", "administrator"))]
SeesPeople = Annotated[Caller, Depends(allowed("kiosk", "steward", "administrator", "committee"))]
SeesRecords = Annotated[Caller, Depends(allowed("steward", "administrator", "committee"))]
SeesAll = Annotated[Caller, Depends(allowed(*READERS))]
