// The evidence of one drawn entry, laid out for somebody who is no accountant.
"use strict";

const VERDICTS = {
  agreed: { zh: "✓ 同意", en: "agreed" },
  objection: { zh: "✕ 有异议", en: "objection" },
};
const OBJECTIONS = {
  open: { zh: "等待答复", en: "waits for an answer" },
  upheld: { zh: "异议成立", en: "upheld" },
  rejected: { zh: "异议不成立", en: "not upheld" },
  withdrawn: { zh: "已撤回", en: "withdrawn" },
};
const AGAIN = { same: "✓", differs: "✕", overtaken: "↩", unknown: "?" };
const RECORDED_BY = { kiosk: "签到机", self_located: "自行定位签到", steward: "现场负责人", backfill: "补录" };
const PLACES = {
  "": "可用", held: "预留", donate_only: "只可捐赠", debt: "欠分", pending: "公示中",
  issued: "账套发放", expired: "到期", forfeited: "清零", redeemed: "合伙人收到的积分", payable: "应付合伙人",
  reserved: "基金预留", donors: "捐赠人",
};

// With the year: what is judged may be old.
function dated(text) {
  return new Date(text).toLocaleString("zh-CN", {
    timeZone: ZONE, year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
}

function titled(zh, en) { return bilingual("h3", { zh, en }); }

function rows(pairs) {
  const list = made("dl");
  for (const [zh, en, value] of pairs) {
    if (value === "" || value === null || value === undefined) continue;
    const known = value instanceof Node ? made("dd") : made("dd", value);
    if (value instanceof Node) known.append(value);
    list.append(bilingual("dt", { zh, en }), known);
  }
  return list;
}

// volunteer/01a…/held in words: whose, and which part of it.
function accountOf(line) {
  const [whose, code, part] = line.account.split("/");
  if (line.account === "programme/served") return "计划 · 服务时长";
  const kind = { volunteer: "志愿者", scheme: "账套", partner: "合伙人", fund: "基金" }[whose] || whose;
  if (whose === "scheme") return PLACES[code] || `账套 · ${PLACES[part] || part || code}`;
  return `${kind}${whose === "volunteer" ? "" : ` ${code}`} · ${PLACES[part || ""] || part}`;
}

function assetOf(asset) {
  if (asset === "minutes") return "分钟";
  return asset.startsWith("points/") ? "积分" : `${asset}（最小单位）`;
}

function linesOf(entry) {
  const table = made("table");
  const head = made("tr");
  for (const [zh, en] of [["账户", "account"], ["变动", "change"], ["变动后", "after"]]) head.append(bilingual("th", { zh, en }));
  const top = made("thead");
  top.append(head);
  const body = made("tbody");
  for (const line of entry.lines) {
    const row = made("tr");
    row.append(made("td", `${accountOf(line)}（${assetOf(line.asset)}）`), made("td", line.amount, "n"),
      made("td", line.balance_after === null ? "—" : line.balance_after, "n"));
    body.append(row);
  }
  table.append(top, body);
  const box = made("div", undefined, "scroll");
  box.append(table);
  return box;
}

function statedList(all) {
  return rows(all.map((each) => [
    each.title.zh, each.title.en,
    each.value + (each.since ? `（自 ${each.since} 起）` : "") + (each.cite ? `，依据：${each.cite}` : ""),
  ]));
}

function stepsOf(decision) {
  const list = made("ol", undefined, "steps");
  decision.steps_zh.forEach((zh, place) => list.append(bilingual("li", { zh, en: decision.steps_en[place] || "" })));
  return list;
}

function decisionParts(decision) {
  const parts = [made("p", decision.sentence.zh, "sentence"), english(decision.sentence.en)];
  for (const rule of decision.rules) {
    parts.push(rows([["规则", "rule", `${rule.title.zh}${rule.cite ? ` — ${rule.cite}` : ""}`]]));
  }
  if (decision.document) parts.push(rows([["文件", "document", `${decision.document} · ${decision.day}`]]));
  if (decision.facts.length) parts.push(bilingual("h4", { zh: "依据的事实", en: "facts" }), statedList(decision.facts));
  if (decision.parameters.length) parts.push(bilingual("h4", { zh: "用到的标准", en: "values, with date and source" }), statedList(decision.parameters));
  if (decision.steps_zh.length) parts.push(bilingual("h4", { zh: "计算过程", en: "arithmetic, step by step" }), stepsOf(decision));
  const again = decision.again;
  const bad = again.verdict === "differs";
  const item = made("li", undefined, bad ? "bad" : "");
  item.append(made("span", AGAIN[again.verdict]), bilingual("div", {
    zh: again.says.zh + (bad ? `（账上 ${again.stored}，重算 ${again.now}）` : ""), en: again.says.en,
  }));
  const list = made("ul", undefined, "checks");
  list.append(item);
  parts.push(bilingual("h4", { zh: "重新计算", en: "decided again" }), list);
  return parts;
}

function english(text) {
  const told = made("span", text);
  told.lang = "en";
  return told;
}

function checksOf(shown) {
  const list = made("ul", undefined, "checks");
  for (const proof of shown.proofs) {
    const item = made("li", undefined, proof.holds ? "" : "bad");
    item.append(made("span", proof.holds ? "✓" : "✕"), bilingual("div", proof.says));
    list.append(item);
  }
  return list;
}

function markItem(mark) {
  const item = made("li");
  const said = mark.state ? `${VERDICTS[mark.verdict].zh} · ${OBJECTIONS[mark.state].zh}` : VERDICTS[mark.verdict].zh;
  const told = made("div", undefined, "what");
  told.append(made("b", said), made("div", `${mark.principal} · ${dated(mark.marked_at)}`));
  if (mark.note) told.append(made("div", mark.note));
  if (mark.answer) told.append(made("div", `答复：${mark.answer}`));
  item.append(told);
  return item;
}

// Everything about one entry; the buttons to judge it are added by the page.
function sheetOf(shown) {
  const sheet = made("div", undefined, "sheet");
  const stamp = shown.is_sound
    ? bilingual("p", { zh: "✓ 所列各项核对无误", en: "every check below holds" }, "stamp good")
    : bilingual("p", { zh: "✕ 有一项以上核对不符，请看下面", en: "at least one check fails: see below" }, "stamp bad");
  sheet.append(stamp, titled("是谁、做了什么", "Who and what"), rows([
    ["志愿者", "volunteer", shown.volunteer ? `${shown.name}（${shown.volunteer}）` : ""],
    ["所属组织", "unit", shown.unit],
    ["凭证种类", "kind", shown.entry.kind_text.zh],
    ["发生时间", "when it happened", dated(shown.entry.occurred_at)],
    ["记账时间", "when it was recorded", dated(shown.entry.recorded_at)],
    ["经办", "asked for by", shown.entry.principal],
  ]));
  for (const record of shown.records) {
    sheet.append(rows([
      ["活动", "activity", record.activity],
      ["服务时间", "service", `${dated(record.start)} 至 ${dated(record.end)}，${lasting(record.minutes).zh}`],
      ["记录方式", "recorded by", `${RECORDED_BY[record.recorded_by] || record.recorded_by}（${record.recorded_principal}）`],
    ]));
  }
  if (shown.decisions.length) sheet.append(titled("按哪条规则、怎么算", "By which rule, and how"));
  for (const decision of shown.decisions) sheet.append(...decisionParts(decision));
  sheet.append(titled("账上怎么记", "In the books"), linesOf(shown.entry), titled("账目核对", "Checks of the books"), checksOf(shown));
  sheet.append(titled("这里没有核对的", "What is not covered"));
  const limits = made("ul", undefined, "limits");
  for (const each of shown.limits) limits.append(bilingual("li", each));
  sheet.append(limits, made("p", `凭证 ${shown.entry.entry} · 日志序号 ${shown.entry.seq}`, "mono"));
  return sheet;
}
