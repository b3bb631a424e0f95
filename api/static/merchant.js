// The counter: type a code, see green or red, confirm once.
"use strict";

const talk = new Talk("points.merchant");
let inHand = "";

const STATES = {
  confirmed: { zh: "已使用过", en: "Used already" },
  refunded: { zh: "已退换", en: "Refunded" },
  released: { zh: "已取消", en: "Cancelled" },
  expired: { zh: "已过期", en: "Expired" },
  open: { zh: "不属于本兑换点", en: "Not for this counter" },
};

function answer(isYes, words, rows, canConfirm) {
  const section = place("answer");
  section.className = `answer ${isYes ? "yes" : "no"}`;
  place("verdict").replaceChildren(...bilingual("p", words).childNodes);
  const facts = place("facts");
  facts.replaceChildren();
  for (const [name, value] of rows) facts.append(made("dt", name), made("dd", value));
  show(place("confirm"), canConfirm);
  show(section, true);
}

function rowsOf(found) {
  const rows = [
    ["兑换品", `${found.title.zh} × ${found.quantity}`],
    ["积分", found.points],
    ["志愿者", `${found.volunteer_name}（${found.volunteer}）`],
  ];
  if (found.money) rows.push(["另收现金", `¥${yuan(found.money)}`]);
  if (found.confirmed_at) rows.push(["使用时间", clock(found.confirmed_at)]);
  else rows.push(["有效至", clock(found.expires_at)]);
  return rows;
}

function refused(error) {
  const short = (error.problem && error.problem.code || "").replaceAll("_", " ");
  answer(false, { zh: error.message, en: short }, [], false);
}

async function check(code) {
  inHand = code;
  try {
    const found = await talk.get(`/v1/redemptions/${encodeURIComponent(code)}`);
    if (found.valid_here) answer(true, { zh: "可以兑换", en: "Valid" }, rowsOf(found), true);
    else answer(false, STATES[found.state], rowsOf(found), false);
    if (found.valid_here) place("confirm").focus();
  } catch (error) { refused(error); }
}

async function confirm() {
  place("confirm").disabled = true;
  try {
    const done = await talk.post(`/v1/redemptions/${encodeURIComponent(inHand)}/confirm`, {});
    const found = await talk.get(`/v1/redemptions/${encodeURIComponent(done.code)}`);
    answer(true, { zh: "兑换成功，请交付", en: "Done: hand it over" }, rowsOf(found), false);
    place("again").focus();
  } catch (error) { refused(error); }
  place("confirm").disabled = false;
}

function next() {
  show(place("answer"), false);
  place("code").value = "";
  place("code").focus();
}

place("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(place("code").value.trim());
});
place("confirm").addEventListener("click", confirm);
place("again").addEventListener("click", next);
place("forget").addEventListener("click", () => { talk.key = ""; location.reload(); });

talk.begin(
  async () => {
    const outlets = await talk.get("/v1/outlets");
    place("outlet").textContent = outlets.length === 1 ? outlets[0].name.zh : "";
  },
  () => place("code").focus(),
);
