// The volunteer's own code: a new one every half minute, made on the phone from the key that it got at the kiosk.
// The digits need no connection; the picture is drawn by the service, which is told nothing but the code of the moment.
"use strict";

const STEP_SECONDS = 30;
const LINK = /^#([^\s.]+)\.([A-Z2-7]+)$/;
const KEPT = "points.phone";

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
}

begin();
