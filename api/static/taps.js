// Taps that could not be sent: kept on this device with their real times and ids of their own, sent as one batch later.
"use strict";

const BATCH = 500;
const AGAIN_MS = 15000;

class Taps {
  // `changed` is told how many wait, and which the service refused.
  constructor(talk, changed) {
    this.talk = talk;
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

  keep(action, volunteer, activity) {
    const tap = { id: freshKey(), action, volunteer, activity, at: new Date().toISOString() };
    this.waiting = [...this.waiting, tap];
    this.tell();
    return tap;
  }

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
        const answer = await this.talk.ask("POST", "/v1/kiosk-batches", { items: batch }, freshKey());
        const done = new Set(answer.items.filter((each) => each.status === "accepted").map((each) => batch[each.index].id));
        this.waiting = this.waiting.filter((tap) => !done.has(tap.id));
        for (const each of answer.items) {
          if (each.status === "refused") this.refused.push({ tap: batch[each.index], why: each.problem.detail });
        }
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
