// The volunteer's own code: a new one every half minute, made on the phone from the key that it got at the kiosk.
// The digits need no connection; the picture is drawn by the service, which is told nothing but the code of the moment.
// Below them stand the vouchers and the places that were won, for which the phone asks with a proof of the moment.
"use strict";

const STEP_SECONDS = 30;
const LINK = /^#([^\s.]+)\.([A-Z2-7]+)$/;
const KEPT = "points.phone";
const SEEN = "points.phone.vouchers";
const LOOK_SECONDS = 60;

// A link that is scanned is kept on the phone and leaves the address bar, and so the history.
function linked() {
  const found = LINK.exec(decodeURIComponent(location.hash));
  if (found) {
    localStorage.setItem(KEPT, JSON.stringify({ number: found[1], key: found[2] }));
    history.replaceState(null, "", "/phone");
  }
  return JSON.parse(localStorage.getItem(KEPT) || "null");
}

function bytesOf(base32) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bytes = [];
  let held = 0;
  let bits = 0;
  for (const letter of base32) {
    held = (held << 5) | alphabet.indexOf(letter);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return new Uint8Array(bytes);
}

// RFC 6238 with SHA-256 and 8 digits, as points_engine/flow/counter/cards.py checks it.
async function codeAt(key, step) {
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(step));
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const offset = digest[digest.length - 1] & 15;
  const number = new DataView(digest.buffer).getUint32(offset) & 0x7fffffff;
  return String(number % 1e8).padStart(8, "0");
}

async function draw(text) {
  try {
    const response = await fetch(`/phone/qr.svg?text=${encodeURIComponent(text)}`);
    const svg = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
    if (response.ok) place("qr").replaceChildren(document.importNode(svg, true));
  } catch { place("qr").replaceChildren(); }
}

// The proof of the moment that this phone is the linked one, as points_engine/flow/counter/cards.py checks it.
async function proofAt(key, step) {
  const said = new Uint8Array(16);
  said.set(new TextEncoder().encode("vouchers"));
  new DataView(said.buffer).setBigUint64(8, BigInt(step));
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, said));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const NEVER = { zh: "长期有效", en: "no last day" };

function untilWords(text) {
  return text.startsWith("9999") ? NEVER : { zh: `有效至 ${clock(text)}`, en: `until ${clockEn(text)}` };
}

function clockEn(text) {
  return new Date(text).toLocaleString("en-GB", {
    timeZone: ZONE, month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
}

// A name that is the same in both languages is said once.
function named(words) { return words.zh === words.en ? made("div", words.zh) : bilingual("div", words); }

function voucherItem(voucher, isOpen) {
  const item = made("li");
  const what = made("div", undefined, "what");
  const title = bilingual("b", voucher.title);
  title.prepend(made("span", voucher.quantity > 1 ? `${voucher.quantity} × ` : ""));
  const at = voucher.outlet || { zh: `${voucher.partner.zh}各兑换点`, en: `any outlet of ${voucher.partner.en}` };
  what.append(title);
  if (voucher.choice) what.append(named(voucher.choice));
  what.append(named(at), bilingual("div", untilWords(voucher.expires_at)));
  what.append(made("div", `${voucher.code.slice(0, 5)}-${voucher.code.slice(5)}`, "code"));
  if (voucher.uses_left > 1) {
    what.append(bilingual("div", { zh: `还可用 ${voucher.uses_left} 次`, en: `${voucher.uses_left} uses left` }));
  }
  const shown = document.createElement("details");
  const qr = made("div", undefined, "qr");
  qr.setAttribute("role", "img");
  qr.setAttribute("aria-label", `二维码 / QR code ${voucher.code}`);
  qr.append(drawn(voucher.qr_svg));
  shown.dataset.code = voucher.code;
  shown.open = isOpen;
  shown.append(bilingual("summary", { zh: "出示二维码", en: "Show the QR code" }), qr);
  item.append(what, shown);
  return item;
}

function offerItem(offer) {
  const item = made("li");
  const what = made("div", undefined, "what");
  what.append(bilingual("b", offer.title));
  if (offer.where) what.append(named(offer.where));
  what.append(bilingual("div", {
    zh: `签号 ${offer.ticket} · 请于 ${clock(offer.lapses_at)} 前领取`,
    en: `ticket ${offer.ticket} · to be taken up by ${clockEn(offer.lapses_at)}`,
  }));
  item.append(what);
  return item;
}

// What ends goes from the page by itself, also where there is no connection.
function lay(found, at) {
  const lives = (until) => new Date(until).getTime() >= at;
  const vouchers = found.vouchers.filter((each) => lives(each.expires_at));
  const offers = found.offers.filter((each) => lives(each.lapses_at));
  const open = new Set(Array.from(document.querySelectorAll("#vouchers details[open]"), (each) => each.dataset.code));
  place("vouchers").replaceChildren(...vouchers.map((each) => voucherItem(each, open.has(each.code))));
  if (!vouchers.length) place("vouchers").append(bilingual("li", { zh: "目前没有可用的兑换券", en: "No vouchers at present" }));
  place("offers").replaceChildren(...offers.map(offerItem));
  show(place("offered"), offers.length > 0);
  show(place("holdings"), true);
}

// What was seen last is kept on the phone: a voucher can be shown where there is no network.
async function look(mine, key) {
  const now = Date.now();
  try {
    const proof = await proofAt(key, Math.floor(now / 1000 / STEP_SECONDS));
    const response = await fetch("/phone/vouchers", {
      method: "POST", headers: { "Content-Type": "application/json", "Accept-Language": "zh-CN" },
      body: JSON.stringify({ volunteer: mine.number, proof }),
    });
    if (response.status >= 500 || response.status === 429) throw new Error("later");
    const answer = await response.json();
    show(place("as-of"), false);
    show(place("trouble"), !response.ok);
    if (!response.ok) {
      localStorage.removeItem(SEEN);
      place("trouble").replaceChildren(...bilingual("p", {
        zh: "看不到兑换券：可能已绑定另一部手机，或手机时间不准。", en: "The vouchers cannot be shown: another phone may be linked, or this one's clock is wrong.",
      }).childNodes);
      show(place("offered"), false);
      place("vouchers").replaceChildren();
      show(place("holdings"), true);
      return;
    }
    localStorage.setItem(SEEN, JSON.stringify({ number: mine.number, at: now, found: answer }));
    lay(answer, now);
  } catch {
    const seen = JSON.parse(localStorage.getItem(SEEN) || "null");
    if (!seen || seen.number !== mine.number) return;
    const told = new Date(seen.at).toISOString();
    place("as-of").replaceChildren(...bilingual("p", {
      zh: `没有网络：以下为 ${clock(told)} 的情况。`, en: `No network: as of ${clockEn(told)}.`,
    }).childNodes);
    show(place("as-of"), true);
    lay(seen.found, now);
  }
}

async function begin() {
  const mine = linked();
  show(place("wrong"), !mine);
  show(place("mine"), Boolean(mine));
  if (!mine) return;
  place("number").textContent = mine.number;
  const key = await crypto.subtle.importKey("raw", bytesOf(mine.key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  let shown = -1;
  const tick = async () => {
    const now = Date.now() / 1000;
    const step = Math.floor(now / STEP_SECONDS);
    place("left").value = STEP_SECONDS - (now % STEP_SECONDS);
    if (step === shown) return;
    shown = step;
    const code = await codeAt(key, step);
    place("code").textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
    await draw(`${mine.number}#${code}`);
  };
  await tick();
  setInterval(tick, 500);
  const again = () => { if (!document.hidden) look(mine, key); };
  await look(mine, key);
  setInterval(again, LOOK_SECONDS * 1000);
  document.addEventListener("visibilitychange", again);
}

begin();
