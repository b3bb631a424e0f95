// How pages talk to /v1: the key kept on this device, retries under one Idempotency-Key, texts in two languages.
"use strict";

const place = (id) => document.getElementById(id);

function show(element, isShown) { element.hidden = !isShown; }

// An element with text, never markup: what comes from the server is not trusted to be HTML.
function made(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

// Chinese first, English below.
function bilingual(tag, words, className) {
  const element = made(tag, words.zh, className);
  const english = made("span", words.en);
  english.lang = "en";
  element.append(english);
  return element;
}

function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// What somebody at a counter can do about a fault: the service's own words are for those who write programs.
const PLAINLY = {
  store_fault: "系统暂时没有回应，这一次不知道办成没有。请稍等再按一次：同一件事不会办两次。 The system did not answer; wait a moment and press again: nothing is done twice.",
  overloaded: "现在系统忙，这一次没有办理。请过几秒再按一次。 The system is busy and has done nothing; press again in a few seconds.",
  unreachable: "连接不上服务，请检查网络后再按一次：同一件事不会办两次。 The service cannot be reached; check the network and press again: nothing is done twice.",
};

class Refused extends Error {
  constructor(problem) { super(PLAINLY[problem.code] || problem.detail); this.problem = problem; }
}

const UNREACHABLE = { status: 0, code: "unreachable" };

class Talk {
  constructor(name) { this.name = name; }
  get key() { return localStorage.getItem(this.name); }
  set key(value) { value ? localStorage.setItem(this.name, value) : localStorage.removeItem(this.name); }

  // Who is at this device just now, once they have said their PIN; forgotten with the tab.
  get identification() { return sessionStorage.getItem(`${this.name}.identification`); }
  set identification(value) {
    const name = `${this.name}.identification`;
    value ? sessionStorage.setItem(name, value) : sessionStorage.removeItem(name);
  }

  get(path) { return this.ask("GET", path); }

  // The same key on every try: the command is carried out once, however often it is sent; also when somebody presses
  // again after a fault, which leaves open whether it was carried out.
  async post(path, body) {
    const same = `${path} ${JSON.stringify(body)}`;
    const once = this.unsure && this.unsure.same === same ? this.unsure.once : freshKey();
    this.unsure = null;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.ask("POST", path, body, once);
      } catch (error) {
        const problem = error.problem || {};
        if (!(problem.status === 0 || problem.status === 503)) throw error;
        if (tries >= 3) {
          this.unsure = { same, once };
          throw error;
        }
        await new Promise((resume) => setTimeout(resume, 400 * tries));
      }
    }
  }

  async ask(method, path, body, once) {
    const headers = { Authorization: `Bearer ${this.key}`, "Accept-Language": "zh-CN" };
    if (this.identification) headers.Identification = this.identification;
    if (once) headers["Idempotency-Key"] = once;
    if (body) headers["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new Refused(UNREACHABLE);
    }
    const answer = await response.json();
    if (!response.ok) throw new Refused(answer);
    return answer;
  }

  // Show the desk once a key is known to work; ask for one until then.
  begin(check, ready) {
    const form = place("key-form");
    const open = async () => {
      try {
        await check(this);
      } catch (error) {
        show(place("key-wrong"), true);
        place("key-wrong").textContent = error.message;
        if (error.problem && (error.problem.status === 401 || error.problem.status === 403)) this.key = "";
        show(form, true);
        return;
      }
      show(form, false);
      show(place("desk"), true);
      ready();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.key = place("key").value.trim();
      place("key").value = "";
      show(place("key-wrong"), false);
      open();
    });
    if (this.key) open(); else { show(form, true); place("key").focus(); }
  }
}

// Times are told by the programme's clock, wherever the device stands.
const ZONE = document.documentElement.dataset.zone;

function clock(text) {
  return new Date(text).toLocaleString("zh-CN", {
    timeZone: ZONE, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
}

function lasting(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const zh = (hours ? `${hours} 小时` : "") + (rest || !hours ? `${hours ? " " : ""}${rest} 分` : "");
  const en = (hours ? `${hours} h` : "") + (rest || !hours ? `${hours ? " " : ""}${rest} min` : "");
  return { zh, en };
}

// Points in English: one is one point.
function pointsEn(amount) { return `${amount} ${String(amount) === "1" ? "point" : "points"}`; }

function yuan(minor) { return (minor / 100).toFixed(2); }

// A picture that the service has drawn.
function drawn(svg) {
  return document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
}

function tile(value, words) {
  const item = made("li");
  item.append(made("b", value), words.zh);
  const english = made("span", words.en);
  english.lang = "en";
  item.append(english);
  return item;
}

// Hours, and points of every scheme that this person has anything in (always of the one that keeps the time).
function balanceTiles(balance) {
  const tiles = [tile(lasting(balance.minutes).zh, { zh: "累计服务", en: `${lasting(balance.minutes).en} of service` })];
  for (const each of balance.schemes) {
    const has = [each.spendable, each.held, each.donate_only, each.debt].some((amount) => amount !== "0");
    if (has || each.keeps_time) {
      const held = each.held === "0" ? { zh: "", en: "" } : { zh: `（另预留 ${each.held}）`, en: `, ${each.held} set aside` };
      tiles.push(tile(each.spendable, { zh: `可用积分${held.zh} · ${each.title.zh}`, en: `points${held.en} · ${each.title.en}` }));
    }
  }
  return tiles;
}

// What a record counts for: the decisions that say something to this person.
function whyOf(record) {
  const telling = record.counts.filter((each) => each.points !== "0" || each.awaiting || each.entry);
  const told = telling.length ? telling : record.counts.slice(-1);
  return told.filter((each) => each.decision).map((each) => each.decision.sentence);
}

function recordItem(record) {
  const item = made("li");
  item.append(made("time", `${clock(record.start)} · ${record.activity_name || record.deed || ""}`));
  for (const words of whyOf(record)) item.append(bilingual("div", words));
  return item;
}
