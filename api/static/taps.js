// What could not be sent: kept on this device with its real times and ids of its own, sent as one batch later.
"use strict";

const BATCH = 500;
const AGAIN_MS = 15000;

class Taps {
  // `changed` is told how many wait, and which the service refused.
  constructor(talk, changed, path = "/v1/kiosk-batches") {
    this.talk = talk;
    this.path = path;
    this.changed = changed;
    this.isSending = false;
    this.isAsked = false;
    this.refused = [];
    addEventListener("online", () => this.send());
    setInterval(() => this.send(), AGAIN_MS);
  }

  get name() { return `${this.talk.name}.taps`; }
  get waiting() { return JSON.parse(localStorage.getItem(this.name) || "[]"); }
  set waiting(taps) { localStorage.setItem(this.name, JSON.stringify(taps)); }

  tell() { this.changed(this.waiting.length, this.refused); }

  keep(action, volunteer, activity) { return this.add({ action, volunteer, activity, at: new Date().toISOString() }); }

  add(said) {
    const tap = { id: freshKey(), ...said };
    this.waiting = [...this.waiting, tap];
    this.tell();
    return tap;
  }

  // Whether an item that the service has answered may be forgotten.
  isDone(each) { return each.status === "accepted"; }

  // What the service said of an item.
  heard(each, tap) { if (each.status === "refused") this.refused.push({ tap, why: each.problem.detail }); }

  // What was accepted (or set aside for staff) is forgotten; what was refused stays, and is tried again when the page
  // is opened again; a fault is tried again by and by. Who asks during an attempt gets another one: the network may
  // have come back while the attempt was failing.
  async send() {
    if (!this.talk.key) return;
    if (this.isSending) {
      this.isAsked = true;
      return;
    }
    this.isSending = true;
    this.isAsked = false;
    try {
      for (;;) {
        const said = new Set(this.refused.map((each) => each.tap.id));
        const batch = this.waiting.filter((tap) => !said.has(tap.id)).slice(0, BATCH);
        if (!batch.length) break;
        const answer = await this.talk.ask("POST", this.path, { items: batch }, freshKey());
        const done = new Set(answer.items.filter(this.isDone).map((each) => batch[each.index].id));
        this.waiting = this.waiting.filter((tap) => !done.has(tap.id));
        for (const each of answer.items) this.heard(each, batch[each.index]);
        this.tell();
        if (answer.faults) break;
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    } finally {
      this.isSending = false;
      this.tell();
    }
    if (this.isAsked) await this.send();
  }
}
