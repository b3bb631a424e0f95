"""Publishing a folder of rules, with the funds, partners and outlets that its pack names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from points_engine.engine import PointsEngine
from points_engine.flow.money.funds import RegisterFund
from points_engine.flow.outcomes import Submission
from points_engine.flow.programme import PARTNER_KINDS, PublishPack, RegisterOutlet, RegisterPartner
from points_engine.flow.steps import Command
from points_engine.interchange.problems import BadInput
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.loading import PACK_FILE, load_pack
from points_engine.rulebook.pack import Pack


@dataclass(frozen=True, slots=True)
class Published:
    """A published pack: `created` is false where the same text was in force from the same day before."""

    scheme: str
    hash: str
    effective_on: date
    created: bool
    funds: tuple[str, ...]
    partners: tuple[str, ...]
    outlets: tuple[str, ...]


def find_folder(scheme: str, folders: Sequence[Path]) -> Path:
    """The folder of a scheme's rules.

    Raises: BadInput.
    """
    for folder in folders:
        if (folder / scheme / PACK_FILE).is_file():
            return folder / scheme
    looked = ", ".join(str(folder) for folder in folders) or "—"
    raise BadInput(
        f"账套 {scheme} 尚未发布，也没有找到它的规则包（在 {looked} 中）；可用 --pack 指明文件夹",
        f"the scheme {scheme} is not published, and its rules are not in {looked}; name their folder with --pack",
    )


def publish_folder(engine: PointsEngine, folder: Path, principal: str, effective_on: date | None = None) -> Published:
    """Publish the pack of a folder, in force from its own day or another, and register whom it names.

    Publishing the same again changes nothing.
    Raises: BadInput (no such folder), PackProblems, and the refusals of the commands.
    """
    if not (folder / PACK_FILE).is_file():
        raise BadInput(f"文件夹 {folder} 中没有 {PACK_FILE}", f"there is no {PACK_FILE} in {folder}")
    pack = load_pack(folder)
    day = pack.effective_on if effective_on is None else effective_on
    published = engine.submit(Submission(PublishPack(pack.canonical, day), principal, f"publish:{pack.hash}:{day}"))
    created = bool(published.expect()["created"]) and not published.replayed
    commands = list(_named_by(pack))
    for outcome in engine.execute([Submission(each, principal, _key(each)) for each in commands]):
        if outcome.error is None or outcome.error.code != "already_exists":  # renamed since: the books keep their name
            outcome.expect()
    outlets = tuple(each.code for each in commands if isinstance(each, RegisterOutlet))
    return Published(pack.scheme, pack.hash, day, created, tuple(pack.funds), tuple(pack.partners), outlets)


def _key(command: Command) -> str:
    return f"{type(command).__name__}:{command.code}"


def _named_by(pack: Pack) -> Iterator[Command]:
    rewards = pack.of_kind(Reward)
    for code, name in pack.funds.items():
        yield RegisterFund(code, name.zh, name.en, pack.currency)
    for code, name in pack.partners.items():
        honoured = [reward for reward in rewards if reward.partner == code]
        kinds = [reward.category for reward in honoured if reward.category in PARTNER_KINDS]
        yield RegisterPartner(code, kinds[0] if kinds else "commerce", name.zh, name.en)
        named = dict.fromkeys(outlet for reward in honoured for outlet in reward.outlets)
        for outlet in named or {code: None}:  # a partner whose rewards name no outlet has one counter of its own
            yield RegisterOutlet(outlet, code, name.zh, name.en)
