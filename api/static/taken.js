// Vouchers without a network: checked with what was kept while there was one, taken, and brought later as one batch.
"use strict";

const DIGITS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; // of short codes: the last of ten is a check character
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // of base32
const KEY_BYTES = 4;
const SIGNATURE_BYTES = 64;
const REFRESH_MS = 300000;

// The bytes behind base32 text; null where it is none, or has a needless bit that is set.
function fromLetters(text) {
  const found = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      found.push(held >> bits);
      held &= (1 << bits) - 1;
    }
  }
  return held || bits >= 5 ? null : new Uint8Array(found);
}

function fromBase64(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

function codeOf(number) {
  const places = [];
  for (let rest = number; places.length < 9; rest = Math.floor(rest / 31)) places.unshift(rest % 31);
  places.push(places.reduce((sum, each, place) => sum + (place + 1) * each, 0) % 31);
  return places.map((each) => DIGITS[each]).join("");
}

// What a token says: the layout is that of points_engine/flow/counter/tokens.py.
function saidBy(bytes) {
  let at = KEY_BYTES;
  const number = () => {
    let value = 0;
    for (let worth = 1; ; worth *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * worth;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return new TextDecoder().decode(bytes.subarray(at - length, at));
  };
  const [code, expires, quantity, money] = [number(), number(), number(), number()];
  const [scheme, reward, outlet, partner, choice] = [text(), text(), text(), text(), text()];
  return { code: codeOf(code), expires: expires * 1000, quantity, money, scheme, reward, outlet, partner, choice };
}

// A token as it was signed, however it was typed or scanned.
function asSigned(typed) { return typed.toUpperCase().replace(/[\s-]/g, ""); }

// What a token says, once its signature fits one of these keys; null where it fits none.
async function readToken(typed, keys) {
  const text = asSigned(typed);
  const key = keys.find((each) => text.startsWith(each.prefix));
  const bytes = key ? fromLetters(text.slice(key.prefix.length)) : null;
  if (!bytes || bytes.length <= KEY_BYTES + SIGNATURE_BYTES) return null;
  const said = bytes.subarray(0, -SIGNATURE_BYTES);
  const signed = new Uint8Array([...new TextEncoder().encode(key.prefix), ...said]);
  const open = await crypto.subtle.importKey("raw", fromBase64(key.public_key), "Ed25519", false, ["verify"]);
  const fits = await crypto.subtle.verify("Ed25519", open, bytes.subarray(-SIGNATURE_BYTES), signed);
  return fits ? saidBy(said) : null;
}

class Taken extends Taps {
  constructor(talk, changed) {
    super(talk, changed, "/v1/redemptions/offline");
    this.conflicts = [];
  }

  // What was kept while there was a network, and what was taken here; by name, so that it outlives the page.
  get kept() { return JSON.parse(localStorage.getItem(`${this.talk.name}.offline`) || "null"); }
  set kept(value) { localStorage.setItem(`${this.talk.name}.offline`, JSON.stringify(value)); }
  get log() { return JSON.parse(localStorage.getItem(`${this.talk.name}.log`) || "[]"); }
  set log(lines) { localStorage.setItem(`${this.talk.name}.log`, JSON.stringify(lines)); }

  now() { return Date.now() + (this.kept ? this.kept.ahead : 0); }
  today() { return new Intl.DateTimeFormat("sv", { timeZone: ZONE }).format(this.now()); }

  isDone(each) { return each.status !== "fault"; }

  heard(each, tap) {
    super.heard(each, tap);
    if (each.result && each.result.conflict) this.conflicts.push(each.result);
  }

  // Ask for what has to be kept: everything once a day, only what ended since in between.
  async refresh(outlet) {
    const before = this.kept;
    const goesOn = before && before.outlet === outlet.code && before.day === this.today();
    let cursor = goesOn ? before.next : "";
    const ended = goesOn ? before.ended : {};
    for (;;) {
      const asked = Date.now();
      const found = await this.talk.get(`/v1/outlets/${encodeURIComponent(outlet.code)}/offline?cursor=${cursor}`);
      for (const each of found.ended) ended[each.code] = each.why;
      cursor = found.next;
      const { partner, keys, rewards } = found;
      const ahead = Date.parse(found.now) - asked;
      this.kept = { outlet: outlet.code, name: outlet.name, partner, keys, rewards, ended, ahead, next: cursor, day: "" };
      if (found.is_all) break;
    }
    this.kept = { ...this.kept, day: this.today() };
    this.log = this.log.slice(-BATCH);
  }

  // Whether a voucher may be taken: what it says, its reward, and what is against it.
  async check(typed) {
    const { kept } = this;
    const said = await readToken(typed, kept.keys);
    if (!said) return { why: "voucher_signature_wrong" };
    const terms = kept.rewards.find((each) => each.scheme === said.scheme && each.reward === said.reward);
    const isHere = said.outlet ? said.outlet === kept.outlet : said.partner === kept.partner;
    const today = this.log.filter((line) => line.day === this.today());
    const same = today.filter((line) => line.scheme === said.scheme && line.reward === said.reward);
    const why = !isHere ? "wrong_outlet"
      : said.expires < this.now() ? "hold_expired"
      : kept.ended[said.code] || (this.log.some((line) => line.code === said.code) ? "already_used" : "")
      || (!terms ? "reward_not_offered" : same.length >= terms.most ? "limit_reached" : "");
    return { said, terms, why };
  }

  take(said, typed) {
    this.log = [...this.log, { code: said.code, scheme: said.scheme, reward: said.reward, day: this.today() }];
    this.add({ token: asSigned(typed), at: new Date(this.now()).toISOString() });
    this.send();
  }
}
