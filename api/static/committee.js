// The committee: draw a sample, look at every entry, agree or object, sign.
"use strict";

const talk = new Talk("points.committee");
let canJudge = false;
let inHand = null;
let cursor = null;
const schemes = new Map();

function complain(error) {
  place("wrong").textContent = error.message;
  show(place("wrong"), true);
  place("wrong").scrollIntoView();
}

async function carefully(button, work) {
  show(place("wrong"), false);
  if (button) button.disabled = true;
  try { await work(); } catch (error) { complain(error); }
  if (button) button.disabled = false;
}

function titleOf(scheme) { return schemes.get(scheme) || { zh: scheme, en: scheme }; }

// ---- all samples ------------------------------------------------------------------------------------------------------

function periodOf(sample) {
  const from = sample.since ? dated(sample.since) : "最早";
  const to = sample.until ? dated(sample.until) : "抽查时";
  return sample.since || sample.until ? `${from} 至 ${to}` : "全部";
}

function sampleItem(sample) {
  const item = made("li");
  const what = made("div", undefined, "what");
  what.append(bilingual("b", titleOf(sample.scheme)), made("div", `${dated(sample.drawn_at)} · ${sample.drawn_by}`));
  what.append(bilingual("div", {
    zh: `范围：${periodOf(sample)}；${sample.population} 笔中抽 ${sample.drawn} 笔；签署 ${sample.sign_offs.length} 人`
      + (sample.open_objections ? `；未答复异议 ${sample.open_objections} 条` : ""),
    en: `${sample.drawn} of ${sample.population} entries, ${sample.sign_offs.length} signed, ${sample.open_objections} open objections`,
  }));
  const button = bilingual("button", { zh: "查看", en: "Open" }, "quiet");
  button.type = "button";
  button.addEventListener("click", () => carefully(button, () => open(sample.sample)));
  item.append(what, button);
  return item;
}

async function list(isFirst) {
  const page = await talk.get(`/v1/samples?limit=20${isFirst ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
  if (isFirst) place("samples").replaceChildren();
  place("samples").append(...page.items.map(sampleItem));
  if (isFirst && !page.items.length) place("samples").append(bilingual("li", { zh: "还没有抽查过", en: "none so far" }));
  cursor = page.next;
  show(place("more"), Boolean(cursor));
}

async function listObjections() {
  const page = await talk.get("/v1/challenges?state=open&kind=objection&limit=50");
  const items = page.items.map((each) => {
    const item = made("li");
    const what = made("div", undefined, "what");
    what.append(made("b", each.text || "（文字已删除）"), made("div", `${each.filed_by} · ${dated(each.filed_at)}`),
      made("div", each.entry ? `凭证 ${each.entry}` : `服务记录 ${each.record}`, "mono"));
    item.append(what);
    return item;
  });
  place("objections").replaceChildren(...items);
  if (!items.length) place("objections").append(bilingual("li", { zh: "没有", en: "none" }));
}

async function home() {
  inHand = null;
  show(place("one"), false);
  show(place("all"), true);
  await Promise.all([list(true), listObjections()]);
}

async function draw() {
  const asked = { scheme: place("scheme").value, size: Number(place("size").value), word: place("word").value.trim() };
  if (place("since").value) asked.since = `${place("since").value}T00:00:00+08:00`;
  if (place("until").value) asked.until = dayAfter(place("until").value);
  const drawn = await talk.post("/v1/samples", asked);
  await open(drawn.sample);
}

// Up to a day is before the next one begins.
function dayAfter(day) {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)}T00:00:00+08:00`;
}

// ---- one sample -------------------------------------------------------------------------------------------------------

async function open(identity) {
  inHand = await talk.get(`/v1/samples/${encodeURIComponent(identity)}`);
  show(place("all"), false);
  show(place("one"), true);
  place("title").replaceChildren(...bilingual("div", titleOf(inHand.scheme)).childNodes);
  place("about").replaceChildren(...bilingual("div", {
    zh: `${dated(inHand.drawn_at)} 由 ${inHand.drawn_by} 抽取，范围：${periodOf(inHand)}，${inHand.population} 笔中抽 ${inHand.drawn} 笔。`,
    en: `drawn by ${inHand.drawn_by}: ${inHand.drawn} of ${inHand.population} entries`,
  }).childNodes);
  place("how").open = false;
  place("how-told").replaceChildren();
  place("entries").replaceChildren(...inHand.entries.map(entryItem));
  tell();
  place("title").scrollIntoView();
}

function entryItem(sampled) {
  const item = made("li", undefined, sampled.mine || "");
  const box = made("details");
  const summary = made("summary");
  const state = made("span", stateOf(sampled), "state");
  summary.append(made("b", `第 ${sampled.place} 笔`), bilingual("span", sampled.kind_text), made("span", dated(sampled.recorded_at)), state);
  box.append(summary);
  box.addEventListener("toggle", () => {
    if (box.open && box.childElementCount === 1) carefully(null, () => fill(box, item, state, sampled));
  });
  item.append(box);
  return item;
}

function stateOf(sampled) {
  if (sampled.yours) return "本人参与，须由他人查看";
  return sampled.mine ? VERDICTS[sampled.mine].zh : "未看";
}

async function fill(box, item, state, sampled) {
  const path = `/v1/samples/${encodeURIComponent(inHand.sample)}/entries/${encodeURIComponent(sampled.entry)}`;
  const shown = await talk.get(path);
  box.append(sheetOf(shown));
  const marks = made("ul", undefined, "rewards");
  marks.append(...shown.sampled.marks.map(markItem));
  box.append(marks);
  if (canJudge && !sampled.yours && !inHand.signed) box.append(judge(box, item, state, sampled));
}

function judge(box, item, state, sampled) {
  const form = made("div", undefined, "panel");
  const label = bilingual("label", { zh: "说明（有异议时必填，可删除）", en: "Why (needed for an objection; can be erased)" });
  const note = made("textarea");
  note.maxLength = 500;
  note.rows = 2;
  label.append(note);
  const buttons = made("div", undefined, "actions");
  for (const [verdict, words, look] of [
    ["agreed", { zh: "✓ 同意", en: "I agree" }, "yes"],
    ["objection", { zh: "✕ 有异议", en: "I object" }, "no"],
  ]) {
    const button = bilingual("button", words, look);
    button.type = "button";
    button.dataset.verdict = verdict;
    button.addEventListener("click", () => carefully(button, async () => {
      if (verdict === "objection" && !note.value.trim()) throw new Error("请写明异议的理由。 Say why you object.");
      await talk.post(`/v1/samples/${encodeURIComponent(inHand.sample)}/marks`, { entry: sampled.entry, verdict, note: note.value.trim() });
      sampled.mine = verdict;
      item.className = verdict;
      state.textContent = stateOf(sampled);
      box.open = false;
      while (box.childElementCount > 1) box.lastElementChild.remove();
      tell();
      const next = [...place("entries").querySelectorAll("li")].find((each) => !each.className);
      (next || place("sign-panel")).scrollIntoView();
    }));
    buttons.append(button);
  }
  form.append(label, buttons);
  return form;
}

// How far one is, and whether one may sign.
function tell() {
  const marked = inHand.entries.filter((each) => each.mine).length;
  const isOwn = inHand.entries.some((each) => each.yours);
  const words = inHand.signed ? { zh: "您已签署。", en: "You have signed." }
    : !inHand.drawn ? { zh: "该范围内没有凭证可抽。", en: "There was nothing to draw from." }
    : !canJudge ? { zh: "仅供查看：标注和签署由监督委员会成员办理。", en: "For reading: committee members judge and sign." }
    : isOwn ? { zh: "其中有您参与过的凭证，须由其他成员签署。", en: "You took part in one of these: somebody else signs." }
    : { zh: `已标注 ${marked} / ${inHand.drawn} 笔，全部标注后可以签署。`, en: `${marked} of ${inHand.drawn} marked; sign when all are.` };
  place("progress").replaceChildren(...bilingual("p", words).childNodes);
  show(place("sign-panel"), canJudge && !inHand.signed && !isOwn && inHand.drawn > 0 && inHand.sign_offs.length < 2);
  place("sign").disabled = marked < inHand.drawn;
  const signed = inHand.sign_offs.map((each) => {
    const item = made("li");
    const what = made("div", undefined, "what");
    what.append(made("b", each.principal), made("div", dated(each.signed_at)), bilingual("div", {
      zh: `同意 ${each.agreed} 笔，异议 ${each.objections} 笔${each.is_intact ? "" : "；✕ 签署之后标注被改动过"}`,
      en: `${each.agreed} agreed, ${each.objections} objections${each.is_intact ? "" : "; CHANGED since"}`,
    }));
    if (each.note) what.append(made("div", each.note));
    item.append(what);
    return item;
  });
  place("signatures").replaceChildren(...signed);
  if (!signed.length) place("signatures").append(bilingual("li", { zh: "还没有人签署", en: "nobody has signed yet" }));
}

async function tellHow() {
  if (!place("how").open || place("how-told").childElementCount) return;
  const again = await talk.get(`/v1/samples/${encodeURIComponent(inHand.sample)}/draw`);
  const verdict = again.is_same
    ? bilingual("p", { zh: "✓ 刚才从账上重新抽了一次，结果相同", en: "drawn again just now: the same entries" }, "stamp good")
    : bilingual("p", { zh: "✕ 重新抽取的结果不同", en: "drawn again just now: NOT the same" }, "stamp bad");
  place("how-told").append(verdict, bilingual("p", again.algorithm, "small"),
    made("p", `种子 ${again.seed}`, "mono"), made("p", `命令 ${again.command} · 序号 ${again.seq} · ${again.recorded_at}`, "mono"),
    made("p", again.content, "mono"));
}

async function sign() {
  await talk.post(`/v1/samples/${encodeURIComponent(inHand.sample)}/sign-offs`, { note: place("sign-note").value.trim() });
  await open(inHand.sample);
}

place("draw-form").addEventListener("submit", (event) => {
  event.preventDefault();
  carefully(event.submitter, draw);
});
place("more").addEventListener("click", () => carefully(place("more"), () => list(false)));
place("back").addEventListener("click", () => carefully(place("back"), home));
place("print").addEventListener("click", () => window.print());
place("how").addEventListener("toggle", () => carefully(null, tellHow));
place("sign").addEventListener("click", () => carefully(null, sign));
place("forget").addEventListener("click", () => { talk.key = ""; location.reload(); });

talk.begin(
  async () => {
    const [, packs] = await Promise.all([talk.get("/v1/samples?limit=1"), talk.get("/v1/packs")]);
    for (const each of packs) schemes.set(each.scheme, each.title);
    canJudge = (await talk.get("/v1/me")).role === "committee";
  },
  () => {
    for (const [code, title] of schemes) {
      const option = made("option", title.zh);
      option.value = code;
      place("scheme").append(option);
    }
    show(place("draw-form"), canJudge);
    carefully(null, home);
  },
);
