// The steward: who is here, what waits for an approval, what did not fit.
"use strict";

const talk = new Talk("points.steward");
const MOST = 100;
let me = null;

function say(isRight, text) {
  show(place("right"), isRight && Boolean(text));
  show(place("wrong"), !isRight && Boolean(text));
  place(isRight ? "right" : "wrong").textContent = text || "";
  if (text) place(isRight ? "right" : "wrong").scrollIntoView({ block: "nearest" });
}

function button(words, className, deed) {
  const made_ = bilingual("button", words, className);
  made_.type = "button";
  made_.addEventListener("click", () => act(made_, deed));
  return made_;
}

async function act(pressed, deed) {
  pressed.disabled = true;
  say(true, "");
  try { await deed(); } catch (error) { say(false, error.message); }
  pressed.disabled = false;
}

const nothing = (zh, en) => bilingual("li", { zh, en }, "off");

// "9:00 – 11:10", the day once.
function span(start, end) {
  const time = { timeZone: ZONE, hour: "2-digit", minute: "2-digit" };
  const from = clock(start);
  const sameDay = from.split(" ")[0] === clock(end).split(" ")[0];
  return `${from} – ${sameDay ? new Date(end).toLocaleTimeString("zh-CN", time) : clock(end)}`;
}

// ---- what waits -----------------------------------------------------------------------------------------------------

const DEEDS = "—";

function recordItem(record, level) {
  const item = made("li");
  const what = made("div", undefined, "what");
  what.append(made("b", `${record.name}（${record.volunteer}）`));
  const times = record.deed ? `${clock(record.start)} · ${record.deed}` : span(record.start, record.end);
  what.append(made("div", times));
  if (!record.deed) what.append(bilingual("div", lasting(record.minutes)));
  if (record.outlook) what.append(bilingual("div", outcome(record.outlook), "gain"));
  item.append(what, button({ zh: "认定", en: "Confirm" }, "go", async () => {
    await approve([record], level);
    await refresh();
  }));
  const more = made("details");
  more.append(bilingual("summary", { zh: "时间不对，或不该算", en: "The time is wrong, or it should not count" }));
  more.append(correction(record));
  item.append(more);
  return item;
}

// What confirming would give now: minutes for the service time, points, whose word is then still missing.
function outcome(outlook) {
  const points = outlook.points.filter((each) => each.points !== "0");
  const zh = points.map((each) => `${each.points} 分`);
  const en = points.map((each) => pointsEn(each.points));
  if (!points.length && outlook.minutes) { zh.push(lasting(outlook.minutes).zh); en.push(lasting(outlook.minutes).en); }
  if (outlook.awaiting.length) {
    zh.push(`还需${outlook.awaiting.map((each) => each.text.zh).join("、")}认定`);
    en.push(`then ${outlook.awaiting.map((each) => each.text.en).join(", ")}`);
  }
  return { zh: `认定后：${zh.join("，") || "不计分"}`, en: `Confirmed, it gives ${en.join("; ") || "no points"}` };
}

async function approve(records, level) {
  let given = 0;
  for (const record of records) {
    let done;
    try {
      done = await talk.post("/v1/approvals", { record: record.record, level });
    } catch (error) {
      if (records.length === 1) throw error;
      const left = `已认定 ${given} 条，“${record.name}”这一条没有办成，其余未办`;
      throw new Error(`${left}：${error.message}  ${given} of ${records.length} confirmed; the rest were not touched`);
    }
    given += 1;
    if (records.length === 1) {
      const waits = done.awaiting.length ? "，还需上级认定" : "";
      say(true, `已认定：${record.name}${waits}  Confirmed`);
    }
  }
  if (records.length > 1) say(true, `已认定 ${given} 条  ${given} confirmed`);
}

// A time by the programme's clock for an input, and back.
function local(text) {
  const parts = new Intl.DateTimeFormat("sv", {
    timeZone: ZONE, dateStyle: "short", timeStyle: "short",
  }).format(new Date(text));
  return parts.replace(" ", "T");
}

// The clock is so far ahead of UTC as what it shows, read as UTC, is ahead of what is meant; asked twice, because the
// first guess may lie on the other side of a change of the clocks.
function instant(text) {
  const shown = Date.parse(`${text}:00Z`);
  let meant = shown;
  for (let tries = 0; tries < 2; tries += 1) meant = shown - (Date.parse(`${local(meant)}:00Z`) - meant);
  return new Date(meant).toISOString();
}

function labelled(words, input) {
  const label = bilingual("label", words);
  label.append(input);
  return label;
}

function timeInput(value) {
  const input = made("input");
  input.type = "datetime-local";
  input.required = true;
  input.value = value;
  return input;
}

function reasonInput() {
  const input = made("input");
  input.required = true;
  input.maxLength = 200;
  input.placeholder = "查签到表";
  return input;
}

function correction(record) {
  const form = made("form", undefined, "times");
  const start = timeInput(local(record.start));
  const end = timeInput(local(record.end));
  const reason = reasonInput();
  if (!record.deed) form.append(labelled({ zh: "开始", en: "From" }, start), labelled({ zh: "结束", en: "To" }, end));
  form.append(labelled({ zh: "原因（必填）", en: "Why (required)" }, reason));
  const actions = made("p", undefined, "actions");
  const checked = (deed) => async () => {
    if (!form.reportValidity()) return;
    await deed();
    await refresh();
  };
  if (!record.deed) {
    actions.append(button({ zh: "改时间", en: "Correct the time" }, "quiet", checked(async () => {
      const body = { record: record.record, reason: reason.value };
      if (start.value !== local(record.start)) body.start = instant(start.value);
      if (end.value !== local(record.end)) body.end = instant(end.value);
      const done = await talk.post("/v1/corrections", body);
      say(true, `时间已改  Corrected${done.awaiting.length ? "，请再认定" : ""}`);
    })));
  }
  actions.append(button({ zh: "不算", en: "Does not count" }, "quiet", checked(async () => {
    await talk.post("/v1/rejections", { record: record.record, reason: reason.value });
    say(true, "已标为不算  It does not count");
  })));
  form.append(actions);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function groups(records) {
  const found = new Map();
  for (const record of records) {
    const name = record.activity_name || DEEDS;
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(record);
  }
  return found;
}

function waitingGroup(name, records, waiting) {
  const { level } = waiting;
  const group = made("section", undefined, "panel");
  const about = name === DEEDS ? "事项" : name;
  const words = { zh: `${about} · 待${waiting.text.zh}认定`, en: `waits for ${waiting.text.en}` };
  const head = bilingual("h3", words);
  const list = made("ul", undefined, "cards");
  list.append(...records.map((record) => recordItem(record, level)));
  group.append(head);
  if (records.length > 1) {
    group.append(button({ zh: `全部认定（${records.length} 条）`, en: `Confirm all ${records.length}` }, "go", async () => {
      try { await approve(records, level); } finally { await refresh(); }
    }));
  }
  group.append(list);
  return group;
}

async function showWaiting() {
  const levels = await talk.get("/v1/approvals");
  const mine = levels.filter((each) => me.approves === null || me.approves.includes(each.level));
  const others = levels.filter((each) => !mine.includes(each));
  place("waiting").replaceChildren();
  for (const each of mine) {
    const page = await talk.get(`/v1/service-records?awaiting=${encodeURIComponent(each.level)}&limit=${MOST}`);
    for (const [name, records] of groups(page.items)) place("waiting").append(waitingGroup(name, records, each));
    if (page.next) place("waiting").append(bilingual("p", { zh: `先显示最早的 ${MOST} 条`, en: `the oldest ${MOST} first` }, "small"));
  }
  if (!place("waiting").childElementCount) {
    const list = made("ul", undefined, "cards");
    list.append(nothing("都认定完了", "Nothing is waiting"));
    place("waiting").append(list);
  }
  const zh = others.map((each) => `${each.text.zh} ${each.records} 条`).join("，");
  const en = others.map((each) => `${each.records} for ${each.text.en}`).join(", ");
  place("levels").replaceChildren(...(zh ? [bilingual("span", { zh: `另有等待其他级别认定的：${zh}`, en: `Others wait: ${en}` })] : []));
}

// ---- what did not fit -----------------------------------------------------------------------------------------------

function conflictItem(conflict) {
  const item = made("li");
  const what = made("div", undefined, "what");
  const action = conflict.action === "check_in" ? "签到" : "签退";
  what.append(made("b", `${conflict.volunteer || conflict.number} · ${action} ${clock(conflict.at)}`));
  what.append(made("div", conflict.activity_name || conflict.activity), bilingual("div", conflict.why));
  item.append(what);
  const more = made("details");
  more.append(bilingual("summary", { zh: "处理", en: "Solve" }));
  more.append(solution(conflict));
  item.append(more);
  return item;
}

function solution(conflict) {
  const form = made("form", undefined, "times");
  const number = made("input");
  number.value = conflict.volunteer || conflict.number;
  number.required = true;
  const isArrival = conflict.action === "check_in";
  const start = timeInput(isArrival ? local(conflict.at) : "");
  const end = timeInput(isArrival ? "" : local(conflict.at));
  const reason = reasonInput();
  const solve = (body) => async () => {
    const ways = body();
    if (!ways) return;
    await talk.post(`/v1/conflicts/${encodeURIComponent(conflict.conflict)}/resolutions`, { ...ways, reason: reason.value });
    say(true, "已处理  Solved");
    await refresh();
  };
  const actions = made("p", undefined, "actions");
  if (conflict.record) {
    const times = () => {
      const body = { resolution: "correct" };
      if (start.value) body.start = instant(start.value);
      if (end.value) body.end = instant(end.value);
      return reason.reportValidity() && (start.value || end.reportValidity()) ? body : null;
    };
    actions.append(button({ zh: "把记录改成这个时间", en: "Give the record these times" }, "go", solve(times)));
  } else {
    const whole = () => (form.reportValidity()
      ? { resolution: "record", volunteer: number.value.trim().toUpperCase(), start: instant(start.value), end: instant(end.value) }
      : null);
    form.append(labelled({ zh: "志愿者编号", en: "Volunteer's number" }, number));
    actions.append(button({ zh: "按这个时间补记", en: "Record these times" }, "go", solve(whole)));
  }
  form.append(labelled({ zh: "开始", en: "From" }, start), labelled({ zh: "结束", en: "To" }, end));
  form.append(labelled({ zh: "原因（必填）", en: "Why (required)" }, reason));
  actions.append(button({ zh: "维持原样", en: "Leave it as it is" }, "quiet",
    solve(() => (reason.reportValidity() ? { resolution: "keep" } : null))));
  form.append(actions);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

async function showConflicts() {
  const page = await talk.get(`/v1/conflicts?limit=${MOST}`);
  place("conflicts").replaceChildren(...(page.items.length ? page.items.map(conflictItem) : [nothing("没有", "None")]));
}

// ---- who is here ----------------------------------------------------------------------------------------------------

function presentItem(person) {
  const item = made("li");
  const what = made("div", undefined, "what");
  what.append(made("b", `${person.name}（${person.volunteer}）`));
  what.append(made("div", `${person.activity_name || person.activity} · ${clock(person.since)} 起`));
  item.append(what, button({ zh: "现在签退", en: "Check out now" }, "quiet", async () => {
    const done = await talk.post("/v1/check-outs", { volunteer: person.volunteer, activity: person.activity });
    say(true, `已签退：服务 ${lasting(done.service_minutes).zh}  Checked out`);
    await refresh();
  }));
  return item;
}

async function showPresent() {
  const page = await talk.get(`/v1/check-ins?limit=${MOST}`);
  place("present").replaceChildren(...(page.items.length ? page.items.map(presentItem) : [nothing("没有人在场", "Nobody")]));
}

async function refresh() {
  await Promise.all([showWaiting(), showConflicts(), showPresent()]);
}

place("forget").addEventListener("click", () => { talk.key = ""; location.reload(); });

talk.begin(
  async () => {
    me = await talk.get("/v1/me");
    await refresh();
  },
  () => { place("mine").textContent = me.label; },
);
