"""Where the demonstration takes place: the real district and streets, and made-up communities, kiosks and outlets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from points_engine.flow.money.funds import RegisterFund
from points_engine.flow.programme import RegisterKiosk, RegisterOutlet, RegisterPartner, RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.steps import Command

COMMUNITIES_PER_STREET: Final = 2
FUND: Final = "community"
WANGS_OUTLET: Final = "wangs-1"

ORDINALS: Final = ("一", "二")
ROMAN: Final = {
    "440114001": "Xinhua", "440114002": "Huacheng", "440114003": "Xiuquan", "440114004": "Xinya", "440114103": "Timian",
    "440114104": "Huashan", "440114105": "Huadong", "440114107": "Tanbu", "440114108": "Chini", "440114109": "Shiling",
}  # fmt: skip
"""The streets' names in Latin letters."""

CATEGORIES: Final[tuple[tuple[str, str], ...]] = (
    ("greening", "社区绿化"),
    ("elder_care", "助老陪伴"),
    ("reading", "少儿阅读"),
    ("traffic", "文明交通"),
    ("heritage", "文博讲解"),
    ("environment", "垃圾分类"),
)

PARTNERS: Final = (
    ("huadu-culture", "culture_tourism", "花都文旅联盟（演示）", "Huadu culture and tourism alliance (demonstration)"),
    ("wangs", "commerce", "王记积分超市（演示）", "Wang's points supermarket (demonstration)"),
    ("neighbourhood-services", "public_service", "邻里服务站（演示）", "Neighbourhood service station (demonstration)"),
)

OUTLETS: Final = (
    ("culture-1", "huadu-culture", "440114002", "文化馆服务台（演示）", "Culture centre desk (demonstration)"),
    ("culture-2", "huadu-culture", "440114103", "景区售票处（演示）", "Scenic spot ticket office (demonstration)"),
    (WANGS_OUTLET, "wangs", "440114001", "王记积分超市·新华店（演示）", "Wang's, Xinhua (demonstration)"),
    ("wangs-2", "wangs", "440114109", "王记积分超市·狮岭店（演示）", "Wang's, Shiling (demonstration)"),
    ("services-1", "neighbourhood-services", "440114001", "新华邻里服务站（演示）", "Xinhua services (demonstration)"),
    ("services-2", "neighbourhood-services", "440114105", "花东邻里服务站（演示）", "Huadong services (demonstration)"),
)


@dataclass(frozen=True, slots=True)
class Street:
    """A real street or town, with the made-up communities in it."""

    code: str
    name: str

    @property
    def communities(self) -> tuple[str, ...]:
        """Unit codes of its communities."""
        return tuple(f"{self.code}-C{n}" for n in range(1, COMMUNITIES_PER_STREET + 1))

    @property
    def kiosk(self) -> str:
        """The code of its kiosk."""
        return f"HD-K-{self.code[-3:]}"


@dataclass(frozen=True, slots=True)
class Places:
    """The district and everything in it."""

    district: str
    district_name: str
    streets: tuple[Street, ...]

    @property
    def communities(self) -> tuple[str, ...]:
        """Unit codes of all communities, street by street."""
        return tuple(each for street in self.streets for each in street.communities)

    def street_of(self, community: str) -> Street:
        """The street that a community belongs to."""
        return next(street for street in self.streets if community.startswith(street.code))


def activity_code(community: str, category: str) -> str:
    """The code of a community's regular activity of one category."""
    return f"{community}-{category}"


def read_places() -> Places:
    """The real names, from the files beside this module."""
    area = next(iter(_rows("areas.csv")))
    streets = tuple(Street(row["code"], row["name"]) for row in _rows("streets.csv"))
    return Places(area["code"], area["name"], streets)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("points_engine.demonstration").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def district(places: Places) -> RegisterUnit:
    """The top of the organisation tree."""
    return RegisterUnit(places.district, "district", places.district_name, "Huadu district")


def settings(places: Places) -> Iterator[tuple[str, Command]]:
    """Every command that lays out the programme, with the key under which it is submitted."""
    for street in places.streets:
        kind = "street" if street.name.endswith("街道") else "town"
        roman = ROMAN[street.code]
        yield f"unit:{street.code}", RegisterUnit(street.code, kind, street.name, roman, places.district)
        for number, community in enumerate(street.communities):
            name_zh, name_en = (
                f"{street.name}演示社区{ORDINALS[number]}",
                f"{roman} demonstration community {number + 1}",
            )
            yield f"unit:{community}", RegisterUnit(community, "community", name_zh, name_en, street.code)
            grid = f"{community}-G1"
            yield f"unit:{grid}", RegisterUnit(grid, "grid", f"{name_zh}演示网格", f"{name_en}, grid", community)
        kiosk = RegisterKiosk(
            street.kiosk, street.code, f"{street.name}签到机（演示）", f"{roman} kiosk (demonstration)"
        )
        yield f"kiosk:{street.kiosk}", kiosk
    for community in places.communities:
        for category, name in CATEGORIES:
            code = activity_code(community, category)
            yield f"activity:{code}", RegisterActivity(code, f"{name}（演示）", category, community)
    for code, kind, name_zh, name_en in PARTNERS:
        yield f"partner:{code}", RegisterPartner(code, kind, name_zh, name_en)
    for code, partner, unit, name_zh, name_en in OUTLETS:
        yield f"outlet:{code}", RegisterOutlet(code, partner, name_zh, name_en, unit)
    yield f"fund:{FUND}", RegisterFund(FUND, "社区志愿激励基金（演示）", "Community incentive fund (demonstration)")
