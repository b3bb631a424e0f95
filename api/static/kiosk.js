// The kiosk: a number in; check in and out; hours, points, why; reserve a reward.
"use strict";

const talk = new Talk("points.kiosk");
let activities = [];
let person = null;
let outletNames = null; // by code; asked for where somebody has to choose one
const taps = new Taps(talk, tellTaps);
const ACTIVITIES = "points.kiosk.activities";

function say(isRight, text) {
  show(place("right"), isRight && Boolean(text));
  show(place("wrong"), !isRight && Boolean(text));
  place(isRight ? "right" : "wrong").textContent = text || "";
}

const path = (end) => `/v1/volunteers/${encodeURIComponent(person.number)}${end}`;

async function look(number) {
  person = { number };
  const card = await talk.get(path(""));
  if (card.has_pin && !talk.identification) {
    askPin();
    return;
  }
  const [balance, quotes, records] = await Promise.all([
    talk.get(path("/balance")), talk.get(path("/quotes")), talk.get(path("/records?limit=5")),
  ]);
  person = card;
  place("name").textContent = `${card.name}（${card.number}）`;
  place("numbers").replaceChildren(...balanceTiles(balance));
  presence(card);
  if (!outletNames && quotes.some((quote) => Object.keys(quote.outlets).length)) {
    outletNames = new Map((await talk.get("/v1/outlets")).map((each) => [each.code, each.name]));
  }
  const open = forThisPerson(quotes);
  place("rewards").replaceChildren(...open.filter((quote) => quote.possible).map(reward));
  place("later").replaceChildren(...open.filter((quote) => !quote.possible).map(reward));
  show(place("nothing"), !open.some((quote) => quote.possible));
  place("why").replaceChildren(...records.items.map(recordItem));
  place("card-link").href = `/card/${encodeURIComponent(card.number)}`;
  show(place("person"), true);
}

// How many taps wait on this device, and which the service did not take.
function tellTaps(count, refused) {
  show(place("waiting"), count > 0);
  place("waiting").replaceChildren(
    bilingual("span", { zh: `${count} 次签到、签退待上传`, en: `${count} taps are waiting to be sent` }),
  );
  show(place("unsent"), refused.length > 0);
  place("unsent").replaceChildren(...refused.map((each) => made("li", `${each.tap.volunteer} ${clock(each.tap.at)}：${each.why}`)));
}

const isUnreachable = (error) => Boolean(error.problem) && error.problem.code === "unreachable";

function offline(number) {
  place("offline-number").textContent = number;
  show(place("offline"), true);
}

function keep(action) {
  const tap = taps.keep(action, place("offline-number").textContent, place("offline-activity").value);
  const words = action === "check_in" ? "签到已保存  Check-in kept" : "签退已保存  Check-out kept";
  show(place("offline"), false);
  say(true, `${words}：${clock(tap.at)}`);
  place("number").value = "";
  place("number").focus();
  taps.send();
}

function lay(found) {
  activities = found;
  for (const id of ["activity", "offline-activity"]) {
    place(id).replaceChildren(...found.map((each) => {
      const alike = found.filter((other) => other.name === each.name).length > 1;
      const option = made("option", alike ? `${each.name} · ${each.host_name.zh}` : each.name);
      option.value = each.code;
      return option;
    }));
  }
}

function askPin() {
  show(place("person"), false);
  show(place("pin-form"), true);
  place("pin").value = "";
  place("pin").focus();
}

function forget() {
  talk.identification = null;
  show(place("pin-form"), false);
  show(place("person"), false);
  show(place("voucher"), false);
}

function presence(card) {
  show(place("arrive"), !card.present_at);
  show(place("leave"), Boolean(card.present_at));
  if (!card.present_at) return;
  const there = activities.find((each) => each.code === card.present_at);
  const name = there ? there.name : card.present_at;
  place("present").textContent = `已于 ${clock(card.present_since)} 签到：${name}`;
}

// Schemes that are not for this person at all are left out.
function forThisPerson(quotes) {
  const mine = new Set(quotes.filter((quote) => quote.code !== "not_eligible").map((quote) => quote.scheme));
  return quotes.filter((quote) => mine.has(quote.scheme));
}

function reasonOf(quote) {
  const [first] = quote.reasons;
  if (quote.code === "limit_reached") return `本期已兑换 ${first.used} 次，最多 ${first.most} 次`;
  return quote.detail;
}

function reward(quote) {
  const item = made("li");
  const what = made("div", undefined, quote.possible ? "what" : "what off");
  const price = [quote.points === null ? "" : `${quote.points} 分`, quote.money ? `¥${yuan(quote.money)}` : ""];
  what.append(bilingual("b", quote.title), made("span", price.filter(Boolean).join(" + ")));
  if (!quote.possible) what.append(made("div", reasonOf(quote)));
  item.append(what);
  // Where each outlet has its own stock, one of those that have some is chosen.
  const outlets = Object.entries(quote.outlets);
  if (quote.possible && !outlets.length) item.append(getIt(quote, "", { zh: "兑换", en: "Get it" }));
  for (const [outlet, left] of quote.possible ? outlets : []) {
    const name = (outletNames && outletNames.get(outlet)) || { zh: outlet, en: outlet };
    item.append(getIt(quote, outlet, {
      zh: `兑换 · ${name.zh}（余 ${left}）`, en: `Get it at ${name.en} (${left} left)`,
    }));
  }
  return item;
}

function getIt(quote, outlet, words) {
  const button = bilingual("button", words);
  button.type = "button";
  button.dataset.reward = quote.reward;
  if (outlet) button.dataset.outlet = outlet;
  button.addEventListener("click", () => act(button, async () => hold(quote, outlet)));
  return button;
}

async function hold(quote, outlet) {
  const voucher = await talk.post("/v1/redemptions", {
    volunteer: person.number, scheme: quote.scheme, reward: quote.reward, ...(outlet ? { outlet } : {}),
  });
  await look(person.number);
  place("voucher-code").textContent = `${voucher.code.slice(0, 5)}-${voucher.code.slice(5)}`;
  place("voucher-until").textContent = `${quote.title.zh} · 有效至 ${clock(voucher.expires_at)}`;
  place("voucher-print").href = `/voucher/${encodeURIComponent(voucher.code)}`;
  place("voucher-qr").replaceChildren();
  show(place("voucher"), true);
  const shown = await talk.get(`/v1/redemptions/${encodeURIComponent(voucher.code)}/voucher`);
  place("voucher-qr").replaceChildren(drawn(shown.qr_svg));
  place("voucher").scrollIntoView({ block: "center" });
}

function plainly(error) {
  const problem = error.problem || {};
  if (problem.code === "identification_needed") {
    talk.identification = null;
    askPin();
  }
  if (problem.code === "time_out_of_range") return "刚刚签到，还不到一分钟。 Checked in less than a minute ago.";
  return error.message;
}

async function act(button, deed) {
  button.disabled = true;
  say(true, "");
  try { await deed(); } catch (error) { say(false, plainly(error)); }
  button.disabled = false;
}

place("number-form").addEventListener("submit", (event) => {
  event.preventDefault();
  forget();
  show(place("offline"), false);
  const number = place("number").value.trim().toUpperCase();
  act(event.submitter || place("number"), async () => {
    try {
      await look(number);
      taps.send();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      offline(number);
    }
  });
});

place("pin-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const pin = place("pin").value;
  place("pin").value = "";
  act(event.submitter || place("pin"), async () => {
    const said = await talk.post(path("/identifications"), { pin });
    talk.identification = said.identification;
    show(place("pin-form"), false);
    await look(person.number);
  });
});

place("check-in").addEventListener("click", (event) => act(event.currentTarget, async () => {
  const done = await talk.post("/v1/check-ins", { volunteer: person.number, activity: place("activity").value });
  await look(person.number);
  say(true, `签到成功：${clock(done.since)}  Checked in`);
}));

place("check-out").addEventListener("click", (event) => act(event.currentTarget, async () => {
  const done = await talk.post("/v1/check-outs", { volunteer: person.number, activity: person.present_at });
  await look(person.number);
  const waits = done.awaiting.length ? "，待现场负责人认定" : "";
  say(true, `签退成功：服务 ${lasting(done.service_minutes).zh}${waits}  Checked out`);
}));

place("offline-in").addEventListener("click", () => keep("check_in"));
place("offline-out").addEventListener("click", () => keep("check_out"));

place("done").addEventListener("click", () => {
  forget();
  say(true, "");
  place("number").value = "";
  place("number").focus();
});

talk.begin(
  async () => {
    try {
      const found = await talk.get(`/v1/activities?limit=200&state=planned&on=${new Intl.DateTimeFormat("sv").format()}`);
      localStorage.setItem(ACTIVITIES, JSON.stringify(found.items.map(({ code, name, host_name }) => ({ code, name, host_name }))));
      lay(found.items);
    } catch (error) {
      const kept = localStorage.getItem(ACTIVITIES);
      if (!isUnreachable(error) || !kept) throw error;
      lay(JSON.parse(kept));
    }
  },
  () => {
    place("number").focus();
    taps.tell();
    taps.send();
  },
);

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/offline-worker.js", { scope: "/kiosk" });
