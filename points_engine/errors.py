"""Every refusal and fault, with its stable code, its place in HTTP and its sentence in both languages.

`Refusal` is a lawful no, `StoreFault` means retry or stop, `PackProblems` belong to the rule author;
an `AssertionError` is our own defect and is never caught as one of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from points_engine.bilingual import in_language


class EngineError(Exception):
    """An answer other than yes. `code` is stable; `facts` are the structured values that the sentence is made of."""

    code: ClassVar[str] = ""
    status: ClassVar[int] = 500
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        self.facts: Mapping[str, Any] = facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: str) -> str:
        """The sentence in `language` (a tag such as `zh-CN` or `en`), with the facts filled in."""
        template = self.zh if language.startswith("zh") else self.en
        facts = {
            name: value if name in _LITERAL else _plainly(in_language(value, language))
            for name, value in self.facts.items()
        }
        return template.format_map(_Blank(facts))


_LITERAL = frozenset({"field", "value", "code", "key"})
"""Facts that are shown as they are, whatever the language."""


def _plainly(value: object) -> object:
    """An instant as people read it, without the microseconds that nobody meant."""
    return value.replace(".000000Z", "Z") if isinstance(value, str) else value


class _Blank(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "?"


class Refusal(EngineError):
    """A lawful no: the command was understood and changes nothing."""

    status = 409


class StoreFault(EngineError):
    """The store or the engine could not finish; the same command with the same key may be tried again."""

    code = "store_fault"
    status = 503
    zh = "账本暂时无法完成操作（{what}），请用同一幂等键重试。"
    en = "The books could not finish this ({what}); try again with the same key."


class Overloaded(StoreFault):
    """The queue is full, or the process is stopping: nothing was taken."""

    code = "overloaded"
    zh = "系统繁忙，请在 {retry_after_seconds} 秒后用同一幂等键重试。"
    en = "The engine is busy; try again with the same key in {retry_after_seconds} s."


# ---- keys and shapes ---------------------------------------------------------------------------------------------


class KeyMissing(Refusal):
    code, status = "key_missing", 400
    zh = "缺少幂等键。"
    en = "The idempotency key is missing."


class KeyReused(Refusal):
    code, status = "key_reused", 422
    zh = "幂等键 {key} 已用于另一内容的请求。"
    en = "The idempotency key {key} was used before with other content."


class CommandExpired(Refusal):
    code = "command_expired"
    zh = "该操作的有效期 {valid_until} 已过。"
    en = "The command was valid until {valid_until}; it is too late."


class InvalidValue(Refusal):
    code, status = "invalid_value", 422
    zh = "字段 {field} 的值 {value} 无效：应为 {expected}。"
    en = "The value {value} of {field} is not valid: expected {expected}."


class NotFound(Refusal):
    code, status = "not_found", 404
    zh = "没有找到{what}：{code}。"
    en = "There is no {what} {code}."


class AlreadyExists(Refusal):
    code = "already_exists"
    zh = "{what} {code} 已存在，且内容不同。"
    en = "The {what} {code} exists already, with other content."


class ChangedMeanwhile(Refusal):
    code, status = "changed_meanwhile", 412
    zh = "内容已被他人修改，请重新读取后再决定。"
    en = "It was changed meanwhile: read it again, then decide."


class Unauthorized(Refusal):
    code, status = "unauthorized", 401
    zh = "请出示有效的密钥:{why}。"
    en = "Show a valid key: {why}."


class Forbidden(Refusal):
    code, status = "forbidden", 403
    zh = "没有权限：{why}。"
    en = "Not allowed: {why}."


# ---- people ------------------------------------------------------------------------------------------------------


class StandingBlocks(Refusal):
    code = "standing_blocks"
    zh = "志愿者当前状态为“{standing}”，不能办理。"
    en = "The volunteer's standing is {standing}; this is not possible."


class SameVolunteer(Refusal):
    code = "same_volunteer"
    zh = "两个编号已是同一名志愿者。"
    en = "Both numbers are the same volunteer already."


class OpenHolds(Refusal):
    code = "open_holds"
    zh = "还有 {count} 笔未了结的预留，请先确认或取消。"
    en = "There are {count} open holds; confirm or cancel them first."


class FourEyes(Refusal):
    code, status = "four_eyes", 403
    zh = "须由另一人办理：{principal} 已参与此事。"
    en = "Somebody else must do this: {principal} took part in it already."


class TooManyTries(Refusal):
    code, status = "too_many_tries", 429
    zh = "密码输错次数过多，已锁定：请在 {minutes} 分钟后再试，或请工作人员解锁。"
    en = "Too many wrong PINs, it is locked: try again in {minutes} min, or ask the staff to unlock it."


# ---- service -----------------------------------------------------------------------------------------------------


class ActivityFull(Refusal):
    code = "activity_full"
    zh = "活动名额已满（{capacity} 人）。"
    en = "The activity is full ({capacity} places)."


class AlreadySignedUp(Refusal):
    code = "already_signed_up"
    zh = "已报名该活动。"
    en = "The volunteer has signed up already."


class AlreadyCheckedIn(Refusal):
    code = "already_checked_in"
    zh = "已于 {since} 签到，请先签退。"
    en = "Checked in since {since}; check out first."


class NotCheckedIn(Refusal):
    code = "not_checked_in"
    zh = "该活动没有未签退的签到。"
    en = "There is no open check-in for this activity."


class NotAdmitted(Refusal):
    code = "not_admitted"
    zh = "规则不允许：{say}"
    en = "The rules do not allow it: {say}"


class TimeOutOfRange(Refusal):
    code, status = "time_out_of_range", 422
    zh = "时间不合理：{start} 至 {end}（{why}）。"
    en = "The time {start} to {end} is not possible: {why}."


class DuplicateRecord(Refusal):
    code = "duplicate_record"
    zh = "该记录已存在（{fact}），内容相同。"
    en = "This record is there already ({fact}), with the same content."


class ConflictingRecord(Refusal):
    code = "conflicting_record"
    zh = "同一志愿者、活动和签到时间已有另一内容的记录（{fact}）。"
    en = "Another record of the same volunteer, activity and check-in has other content ({fact})."


class WrongState(Refusal):
    code = "wrong_state"
    zh = "当前状态为“{state}”，不能执行“{action}”。"
    en = "The state is {state}; {action} is not possible."


class LevelUnknown(Refusal):
    code, status = "level_unknown", 422
    zh = "认定层级 {level} 不存在；可用：{known}。"
    en = "There is no approval level {level}; known: {known}."


class DecreaseBlocked(Refusal):
    code = "decrease_blocked"
    zh = "更正会收回 {required} 分，账户仅剩 {available} 分，规则不允许欠分。"
    en = "The correction takes back {required} points, {available} are left, and the rules do not allow debt."


# ---- counter -----------------------------------------------------------------------------------------------------


class RewardNotOffered(Refusal):
    code = "reward_not_offered"
    zh = "兑换品 {reward} 当前不提供。"
    en = "The reward {reward} is not offered at present."


class WrongOutlet(Refusal):
    code, status = "wrong_outlet", 403
    zh = "该兑换不属于此兑换点。"
    en = "This redemption does not belong to this outlet."


class NotEligible(Refusal):
    code = "not_eligible"
    zh = "不符合兑换条件：{say}"
    en = "Not eligible: {say}"


class LimitReached(Refusal):
    code = "limit_reached"
    zh = "“{reward}”已达限额：至 {until} 止已兑 {used}，最多 {most}。"
    en = "The limit of {reward} is reached: {used} of {most} until {until}."


class SoldOut(Refusal):
    code = "sold_out"
    zh = "库存不足：需要 {required}，剩余 {available}。"
    en = "Out of stock: {required} wanted, {available} left."


class OutletRequired(Refusal):
    code = "outlet_required"
    zh = "{reward} 的库存分设于各兑换点，请指明兑换点。"
    en = "Each outlet has its own stock of {reward}: name the outlet."


class InsufficientPoints(Refusal):
    code = "insufficient_points"
    zh = "积分不足：需要 {required}，可用 {available}，还差 {missing}。"
    en = "Not enough points: {required} required, {available} available, {missing} missing."


class FundExhausted(Refusal):
    code = "fund_exhausted"
    zh = "基金 {fund} 的积分不足：需要 {required}，可用 {available}。"
    en = "Fund {fund} has {available} points left; {required} are needed."


class InsufficientFunds(Refusal):
    code = "insufficient_funds"
    zh = "基金 {fund} 余额不足：需要 {required} 分（人民币），可用 {available} 分。"
    en = "The fund {fund} cannot pay: {required} fen required, {available} available."


class HoldExpired(Refusal):
    code, status = "hold_expired", 410
    zh = "预留已于 {expired_at} 失效。"
    en = "The hold expired at {expired_at}."


class AlreadyUsed(Refusal):
    code = "already_used"
    zh = "此兑换券已于 {used_at} 使用。"
    en = "This voucher was used at {used_at}."


class VoucherMistyped(Refusal):
    code, status = "voucher_mistyped", 422
    zh = "兑换码 {voucher} 输入有误（校验位不符），请核对后重输。"
    en = "The code {voucher} is mistyped: its check character does not fit. Compare it and type it again."


class VoucherSignatureWrong(Refusal):
    code, status = "voucher_signature_wrong", 422
    zh = "二维码不是本系统签发的，或已损坏（签名不符）：请重新扫描，或输入短码核对。"
    en = "The QR code is not ours, or is damaged: its signature does not fit. Scan it again, or type the short code."


class VoucherCancelled(Refusal):
    code = "voucher_cancelled"
    zh = "此兑换券已取消，积分已退回。"
    en = "This voucher was cancelled; its points went back."


class VoucherRefunded(Refusal):
    code = "voucher_refunded"
    zh = "此兑换券于 {used_at} 使用后已退换，不能再用。"
    en = "This voucher was used at {used_at} and refunded; it cannot be used again."


class CardCodeWrong(Refusal):
    code = "card_code_wrong"
    zh = "动态码不正确、已过期或已用过，请让志愿者刷新后重试。"
    en = "The code is wrong, too old or used already: ask for the one that the phone shows now."


class RefundTooLate(Refusal):
    code = "refund_too_late"
    zh = "退换期限 {until} 已过。"
    en = "Refunds were possible until {until}."


class DrawClosed(Refusal):
    code = "draw_closed"
    zh = "抽签报名已于 {closed_at} 截止。"
    en = "Entries were taken until {closed_at}."


class DrawStillOpen(Refusal):
    code = "draw_still_open"
    zh = "报名到 {closes_at} 截止，之后才能抽签。"
    en = "Entries are taken until {closes_at}; only then can be drawn."


class OfferLapsed(Refusal):
    code, status = "offer_lapsed", 410
    zh = "名额保留到 {lapsed_at}，现已过期。"
    en = "The place was kept until {lapsed_at}."


# ---- committee ---------------------------------------------------------------------------------------------------


class NotAllMarked(Refusal):
    code = "not_all_marked"
    zh = "还有 {missing} 笔没有标注：共抽中 {required} 笔，已标注 {available} 笔。"
    en = "{missing} of {required} entries are not marked yet; {available} are."


# ---- rules -------------------------------------------------------------------------------------------------------


class PackConflict(Refusal):
    code = "pack_conflict"
    zh = "规则包版本冲突：{why}。"
    en = "The pack version conflicts: {why}."


class NoPackInForce(Refusal):
    code = "no_pack_in_force"
    zh = "账套 {scheme} 在 {day} 没有生效的规则包。"
    en = "The scheme {scheme} has no pack in force on {day}."


# ---- operation ---------------------------------------------------------------------------------------------------


class JobRunning(Refusal):
    code = "job_running"
    zh = "任务 {job} 正在运行（{process}）。"
    en = "The job {job} is running already, in {process}."


def catalogue() -> Iterator[type[EngineError]]:
    """Every error class with a code, in the order of this file."""
    pending: list[type[EngineError]] = [EngineError]
    while pending:
        kind = pending.pop(0)
        if kind.code:
            yield kind
        pending.extend(kind.__subclasses__())
