// A volunteer's card: what somebody has, why, and how far the next star is.
"use strict";

const talk = new Talk("points.kiosk");
const number = place("desk").dataset.number;
const path = (end) => `/v1/volunteers/${encodeURIComponent(number)}${end}`;
let next = null;

function tierItem(tier) {
  const block = made("div", undefined, "panel");
  const held = tier.level_title || { zh: "尚未评星", en: "no star yet" };
  block.append(bilingual("b", held));
  if (tier.next_title && tier.required) {
    const bar = document.createElement("progress");
    bar.max = tier.required;
    bar.value = tier.available || 0;
    bar.setAttribute("aria-label", tier.next_title.zh);
    const missing = lasting(tier.missing);
    block.append(bar, bilingual("div", {
      zh: `距“${tier.next_title.zh}”还差 ${missing.zh}`, en: `${missing.en} to ${tier.next_title.en}`,
    }));
  }
  return block;
}

function voucherItem(voucher) {
  const item = made("li");
  const what = made("div", undefined, "what");
  const until = voucher.expires_at.startsWith("9999") ? "长期有效" : `有效至 ${clock(voucher.expires_at)}`;
  what.append(bilingual("b", voucher.title), made("div", `× ${voucher.quantity} · ${until}`));
  const link = bilingual("a", { zh: "出示", en: "Show" }, "button");
  link.href = `/voucher/${encodeURIComponent(voucher.code)}`;
  item.append(what, link);
  return item;
}

// The lines of one entry stand together: points and minutes of the same service.
function entryItem(lines) {
  const item = made("li");
  for (const line of lines) {
    const isMore = !line.amount.startsWith("-");
    const unit = line.scheme === null ? lasting(Math.abs(Number(line.amount))).zh : `${line.amount.replace("-", "")} 分`;
    item.append(made("span", `${isMore ? "+" : "−"}${unit}`, `amount ${isMore ? "more" : "less"}`));
  }
  const [first] = lines;
  const when = first.service_day || clock(first.occurred_at);
  item.append(made("time", `${when} · ${first.kind_text.zh}`), bilingual("div", first.why));
  return item;
}

function byEntry(lines) {
  const entries = new Map();
  for (const line of lines) entries.set(line.entry, [...(entries.get(line.entry) || []), line]);
  return [...entries.values()];
}

async function more() {
  const after = next ? `&cursor=${encodeURIComponent(next)}` : "";
  const page = await talk.get(path(`/statement?limit=20${after}`));
  next = page.next || null;
  place("statement").append(...byEntry(page.items).map(entryItem));
  show(place("more"), Boolean(next));
}

async function look() {
  try {
    const [card, balance, tiers, records, vouchers] = await Promise.all([
      talk.get(path("")), talk.get(path("/balance")), talk.get(path("/tiers")), talk.get(path("/records?limit=50")),
      talk.get(path("/vouchers")),
    ]);
    place("name").textContent = `${card.name}（${card.number}）`;
    place("numbers").replaceChildren(...balanceTiles(balance));
    place("vouchers").replaceChildren(...vouchers.map(voucherItem));
    if (!vouchers.length) place("vouchers").append(bilingual("li", { zh: "没有", en: "none" }));
    place("tiers").replaceChildren(...tiers.map(tierItem));
    const waiting = records.items.filter((each) => each.counts.some((count) => count.awaiting));
    place("waiting").replaceChildren(...waiting.map(recordItem));
    if (!waiting.length) place("waiting").append(bilingual("li", { zh: "没有", en: "nothing" }));
    await more();
    show(place("person"), true);
  } catch (error) {
    place("wrong").textContent = error.message;
    show(place("wrong"), true);
  }
}

async function linkPhone() {
  place("link").disabled = true;
  try {
    const told = await talk.post(path("/phone"), {});
    place("qr").replaceChildren(drawn(told.qr_svg));
    show(place("linked"), true);
  } catch (error) {
    place("wrong").textContent = error.message;
    show(place("wrong"), true);
  }
  place("link").disabled = false;
}

place("link").addEventListener("click", linkPhone);
place("more").addEventListener("click", more);
talk.begin(() => talk.get("/v1/activities?limit=1"), look);
