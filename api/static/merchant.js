// The counter: type or scan a code, see at once whether it is good, and hand over.
// A voucher's code is confirmed; a code from a volunteer's phone (NUMBER#12345678) opens a visit, in which rewards are taken.
"use strict";

const talk = new Talk("points.merchant");
const taken = new Taken(talk, tellTaken);
let inHand = "";
let offlineInHand = null; // what a token says that is to be taken without a network
let mine = null; // the outlet of this till, where its key has one
let visit = "";

// Colour, shape and word, each enough by itself.
const GOOD = { shape: "✓", look: "yes" };
const BAD = { shape: "✕", look: "no" };
const LATE = { shape: "◔", look: "late" };
const BACK = { shape: "↩", look: "late" };

const STATES = {
  confirmed: [BAD, { zh: "已使用过", en: "Used already" }],
  refunded: [BACK, { zh: "已退换，不能再用", en: "Refunded, cannot be used again" }],
  released: [BACK, { zh: "已取消", en: "Cancelled" }],
  expired: [LATE, { zh: "已过期", en: "Expired" }],
  open: [BAD, { zh: "请到指定的兑换点", en: "For another counter" }],
};
const REFUSALS = {
  voucher_signature_wrong: [BAD, { zh: "不是本系统的兑换券", en: "Not a voucher of ours, or damaged" }],
  voucher_mistyped: [BAD, { zh: "输入有误，请核对", en: "Mistyped: compare and type again" }],
  not_found: [BAD, { zh: "没有这个兑换码", en: "There is no such code" }],
  wrong_outlet: [BAD, { zh: "不属于本兑换点", en: "Not for this counter" }],
  already_used: [BAD, { zh: "已使用过", en: "Used already" }],
  voucher_refunded: [BACK, { zh: "已退换，不能再用", en: "Refunded, cannot be used again" }],
  voucher_cancelled: [BACK, { zh: "已取消", en: "Cancelled" }],
  hold_expired: [LATE, { zh: "已过期", en: "Expired" }],
  reward_not_offered: [BAD, { zh: "断网时不能兑换此品", en: "Not without a network" }],
  limit_reached: [BAD, { zh: "今天断网兑换已达上限", en: "No more today without a network" }],
  unreachable: [LATE, { zh: "没有网络", en: "No network" }],
  card_code_wrong: [LATE, { zh: "请志愿者刷新动态码", en: "Ask for the code shown now" }],
};

function answer(kind, words, rows, canConfirm) {
  place("answer").className = `answer ${kind.look}`;
  const shape = made("span", kind.shape, "shape");
  shape.setAttribute("aria-hidden", "true");
  place("verdict").replaceChildren(shape, ...bilingual("p", words).childNodes);
  const facts = place("facts");
  facts.replaceChildren();
  for (const [name, value] of rows) facts.append(made("dt", name), made("dd", value));
  place("done").replaceChildren();
  show(place("confirm"), canConfirm);
  show(place("visit"), false);
  show(place("answer"), true);
}

function rowsOf(found) {
  const choice = found.choice ? `（${found.choice}）` : "";
  const rows = [
    ["兑换品", `${found.title.zh}${choice} × ${found.quantity}`],
    ["积分", found.points],
    ["志愿者", `${found.volunteer_name}（${found.volunteer}）`],
  ];
  if (found.money) rows.push(["另收现金", `¥${yuan(found.money)}`]);
  if (found.uses > 1) rows.push(["可用次数", `${found.uses - found.used} / ${found.uses}`]);
  if (found.confirmed_at) rows.push(["使用时间", clock(found.confirmed_at)]);
  else rows.push(["有效至", clock(found.expires_at)]);
  return rows;
}

function refused(error) {
  const problem = error.problem || {};
  const [kind, words] = REFUSALS[problem.code] || [BAD, { zh: error.message, en: (problem.code || "").replaceAll("_", " ") }];
  answer(kind, words, REFUSALS[problem.code] ? [["说明", error.message]] : [], false);
}

const isUnreachable = (error) => Boolean(error.problem) && error.problem.code === "unreachable";

// Without a network: what the token itself says, checked with the key and the list that were kept.
async function checkOffline(code) {
  if (!code.toUpperCase().startsWith("PO")) {
    answer(...REFUSALS.unreachable, [["说明", "断网时只能扫兑换券上的二维码  Without a network only the voucher's QR code can be scanned"]], false);
    return;
  }
  let found;
  try { found = await taken.check(code); } catch { found = { why: "unreachable" }; }
  const { said, terms, why } = found;
  const rows = said ? [["兑换品", `${terms ? terms.title.zh : said.reward}${said.choice ? `（${said.choice}）` : ""} × ${said.quantity}`], ["兑换码", said.code]] : [];
  if (said && said.money) rows.push(["另收现金", `¥${yuan(said.money)}`]);
  if (why) {
    answer(...REFUSALS[why], rows, false);
    return;
  }
  offlineInHand = { said, code };
  answer(GOOD, { zh: "断网可兑换", en: "Valid, without a network" }, rows, true);
  place("confirm").focus();
}

function takeOffline() {
  const { said, code } = offlineInHand;
  offlineInHand = null;
  taken.take(said, code);
  answer(GOOD, { zh: "已记录，请交付", en: "Kept: hand it over" }, [["兑换码", said.code], ["说明", "联网后自动补报  brought when there is a network"]], false);
  place("again").focus();
}

// How many vouchers wait on this till, and what became of those that did not fit.
function tellTaken(count, refused) {
  show(place("waiting"), count > 0);
  place("waiting").replaceChildren(
    bilingual("span", { zh: `${count} 张断网兑换待补报`, en: count === 1 ? "1 voucher is waiting to be brought" : `${count} vouchers are waiting to be brought` }),
  );
  const lines = [
    ...refused.map((each) => each.why),
    ...taken.conflicts.map((each) => {
      const [, words] = REFUSALS[each.conflict] || [BAD, { zh: each.conflict }];
      return `${each.code}：${words.zh}，由${each.charged === "fund" ? "基金" : "本兑换点"}承担`;
    }),
  ];
  show(place("unsent"), lines.length > 0);
  place("unsent").replaceChildren(...lines.map((line) => made("li", line)));
}

async function check(code) {
  inHand = code;
  offlineInHand = null;
  try {
    const found = await talk.get(`/v1/redemptions/${encodeURIComponent(code)}`);
    const isAgain = found.valid_here || (found.state === "confirmed" && found.used < found.uses);
    if (isAgain) answer(GOOD, { zh: "可以兑换", en: "Valid" }, rowsOf(found), true);
    else answer(...STATES[found.state], rowsOf(found), false);
    if (isAgain) place("confirm").focus();
    taken.send();
  } catch (error) {
    if (isUnreachable(error) && taken.kept) await checkOffline(code); else refused(error);
  }
}

async function confirm() {
  if (offlineInHand) {
    takeOffline();
    return;
  }
  place("confirm").disabled = true;
  try {
    const done = await talk.post(`/v1/redemptions/${encodeURIComponent(inHand)}/confirm`, {});
    const found = await talk.get(`/v1/redemptions/${encodeURIComponent(done.code)}`);
    answer(GOOD, { zh: "兑换成功，请交付", en: "Done: hand it over" }, rowsOf(found), false);
    place("done").append(undoable(found.title.zh, done.code));
    place("again").focus();
  } catch (error) { refused(error); }
  place("confirm").disabled = false;
}

// What was handed over, with a way back.
function undoable(name, code) {
  const item = made("li");
  const undo = bilingual("button", { zh: "撤销", en: "Undo" }, "quiet");
  undo.type = "button";
  undo.addEventListener("click", async () => {
    undo.disabled = true;
    try {
      const back = await talk.post(`/v1/redemptions/${encodeURIComponent(code)}/refunds`, { reason: "兑换点撤销" });
      undo.replaceWith(bilingual("b", { zh: `↩ 已撤销，退回 ${back.points} 分`, en: `undone, ${pointsEn(back.points)} back` }));
    } catch (error) { undo.replaceWith(made("b", error.message)); }
  });
  item.append(made("span", `${name}（${code}）`, "what"), undo);
  return item;
}

// ---- a visit --------------------------------------------------------------------------------------------------------

async function open(scanned) {
  const [volunteer, shown] = scanned.split("#");
  try {
    visit = (await talk.post("/v1/visits", { volunteer, shown })).visit;
    await list();
  } catch (error) { refused(error); }
}

async function list() {
  const found = await talk.get(`/v1/visits/${encodeURIComponent(visit)}`);
  place("visitor").textContent = `${found.volunteer_name}（${found.volunteer}）`;
  const can = found.quotes.filter((each) => each.possible || each.asks.length);
  place("can").replaceChildren(...can.map(offer));
  if (!can.length) place("can").append(bilingual("li", { zh: "本兑换点暂无可兑换", en: "nothing here for now" }));
  const cannot = found.quotes.filter((each) => !each.possible && !each.asks.length);
  place("cannot").replaceChildren(...cannot.map(missing));
  show(place("rest"), cannot.length > 0);
  show(place("answer"), false);
  show(place("visit"), true);
  place("take").disabled = true;
  place("visitor").scrollIntoView();
}

function missing(quote) {
  const item = made("li", undefined, "off");
  item.append(made("b", quote.title.zh), made("div", quote.detail));
  return item;
}

function field(words, name, attributes) {
  const label = bilingual("label", words);
  const input = made(attributes.tag || "input");
  for (const [key, value] of Object.entries(attributes)) if (key !== "tag") input.setAttribute(key, value);
  input.dataset.field = name;
  label.append(input);
  return label;
}

function offer(quote) {
  const item = made("li");
  item.dataset.scheme = quote.scheme;
  item.dataset.reward = quote.reward;
  const price = quote.money ? `${quote.points} 分 + ¥${yuan(quote.money)}` : `${quote.points} 分`;
  const what = made("div", undefined, "what");
  what.append(made("b", quote.title.zh), bilingual("div", {
    zh: quote.asks.includes("asked_minor") ? "按标价" : price,
    en: quote.asks.includes("asked_minor") ? "by the price you ask" : `${pointsEn(quote.points)}${quote.money ? ` + ${yuan(quote.money)}` : ""}`,
  }));
  if (quote.asks.includes("choice")) {
    const choice = field({ zh: "选一种", en: "one of" }, "choice", { tag: "select" });
    for (const [code, title] of Object.entries(quote.choices)) {
      const option = made("option", title.zh);
      option.value = code;
      choice.querySelector("select").append(option);
    }
    what.append(choice);
  }
  if (quote.asks.includes("asked_minor")) what.append(field({ zh: "标价（元）", en: "price in yuan" }, "asked_minor", { inputmode: "decimal" }));
  if (quote.asks.includes("offered")) what.append(field({ zh: "付积分", en: "points given" }, "offered", { inputmode: "decimal" }));
  item.append(what, stepper(item, quote));
  return item;
}

function stepper(item, quote) {
  const box = made("div", undefined, "step");
  const count = made("output", "0");
  count.setAttribute("aria-label", `${quote.title.zh} 数量`);
  item.dataset.count = "0";
  const by = (step, sign, words) => {
    const button = made("button", sign, "quiet");
    button.type = "button";
    button.setAttribute("aria-label", `${words} ${quote.title.zh}`);
    button.addEventListener("click", () => {
      item.dataset.count = String(Math.max(0, Number(item.dataset.count) + step));
      count.textContent = item.dataset.count;
      place("take").disabled = chosen().length === 0;
    });
    return button;
  };
  box.append(by(-1, "−", "减少"), count, by(1, "+", "增加"));
  return box;
}

function chosen() {
  return [...place("can").querySelectorAll("li[data-reward]")]
    .filter((item) => item.dataset.count !== "0")
    .map((item) => {
      const { scheme, reward } = item.dataset;
      const taken = { scheme, reward, quantity: Number(item.dataset.count) };
      for (const input of item.querySelectorAll("[data-field]")) {
        if (input.dataset.field === "asked_minor") taken.asked_minor = Math.round(Number(input.value) * 100);
        else if (input.value) taken[input.dataset.field] = input.value;
      }
      return taken;
    });
}

async function take() {
  place("take").disabled = true;
  const names = Object.fromEntries([...place("can").querySelectorAll("li[data-reward]")]
    .map((item) => [item.dataset.reward, item.querySelector("b").textContent]));
  try {
    const done = await talk.post(`/v1/visits/${encodeURIComponent(visit)}/redemptions`, { rewards: chosen() });
    const rows = done.rewards.map((each) => [names[each.reward], `× ${each.quantity} · ${each.points} 分`]);
    if (done.money) rows.push(["另收现金", `¥${yuan(done.money)}`]);
    answer(GOOD, { zh: "兑换成功，请交付", en: "Done: hand it over" }, rows, false);
    place("done").append(...done.rewards.map((each) => undoable(names[each.reward], each.code)));
    place("again").focus();
  } catch (error) { refused(error); }
}

function next() {
  for (const name of ["answer", "visit"]) show(place(name), false);
  place("code").value = "";
  place("code").focus();
}

place("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = place("code").value.trim();
  if (typed.includes("#")) open(typed); else check(typed);
});
place("confirm").addEventListener("click", confirm);
place("take").addEventListener("click", take);
for (const name of ["again", "leave"]) place(name).addEventListener("click", next);
place("forget").addEventListener("click", () => { talk.key = ""; location.reload(); });

// What is needed without a network is asked for while there is one; a browser that cannot check signatures keeps nothing.
async function keep() {
  if (!mine) return;
  try { await taken.refresh(mine); } catch (error) { if (!(error instanceof Refused)) throw error; }
}

talk.begin(
  async () => {
    try {
      const outlets = await talk.get("/v1/outlets");
      mine = outlets.length === 1 ? outlets[0] : null;
    } catch (error) {
      if (!isUnreachable(error) || !taken.kept) throw error;
      mine = { code: taken.kept.outlet, name: taken.kept.name };
    }
    place("outlet").textContent = mine ? mine.name.zh : "";
  },
  () => {
    place("code").focus();
    taken.tell();
    taken.send();
    keep();
    setInterval(keep, REFRESH_MS);
  },
);

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/offline-worker.js", { scope: "/merchant" });
