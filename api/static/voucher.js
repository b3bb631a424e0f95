// A voucher to show or print: what it is for, where and until when, its code in large letters and its QR code.
"use strict";

const talk = new Talk("points.kiosk");
const code = place("desk").dataset.code;

// The end of a voucher, with its year; one in the last year there is has none.
function until(text) {
  if (text.startsWith("9999")) return { zh: "长期有效", en: "no last day" };
  const said = new Date(text).toLocaleString("zh-CN", {
    timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
  return { zh: said, en: "" };
}

function row(words, told) {
  return [bilingual("dt", words), told.en && told.en !== told.zh ? bilingual("dd", told) : made("dd", told.zh)];
}

function lay(found) {
  const title = bilingual("span", found.title);
  place("title").replaceChildren(title, made("b", `× ${found.quantity}`));
  place("qr").replaceChildren(drawn(found.qr_svg));
  place("code").textContent = `${found.code.slice(0, 5)}-${found.code.slice(5)}`;
  const rows = [
    ...(found.choice ? [row({ zh: "所选", en: "chosen" }, found.choice)] : []),
    row({ zh: "兑换点", en: "where" }, found.outlet || { zh: `${found.partner.zh}各兑换点`, en: `any outlet of ${found.partner.en}` }),
    row({ zh: "有效至", en: "valid until" }, until(found.expires_at)),
    row({ zh: "积分", en: "points" }, { zh: found.points }),
    ...(found.money ? [row({ zh: "另付现金", en: "to pay in cash" }, { zh: `¥${yuan(found.money)}` })] : []),
    ...(found.uses_left > 1 ? [row({ zh: "可用次数", en: "uses left" }, { zh: String(found.uses_left) })] : []),
    row({ zh: "志愿者", en: "volunteer" }, { zh: found.volunteer_name }),
  ];
  place("facts").replaceChildren(...rows.flat());
  show(place("voucher"), true);
}

async function look() {
  try {
    lay(await talk.get(`/v1/redemptions/${encodeURIComponent(code)}/voucher`));
  } catch (error) {
    place("wrong").textContent = error.message;
    show(place("wrong"), true);
    show(place("print"), false);
  }
}

place("print").addEventListener("click", () => window.print());
talk.begin(() => talk.get("/v1/me"), look);
