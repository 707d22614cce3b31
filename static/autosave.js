/* Drafts: a form marked data-autosave is saved while it is written, restored when it is opened, and forgotten when it is
   handed in. Two tabs never overwrite each other: each saving names the version that it read, and the second is asked.
   How a form opts in: org/drafts/__init__.py. */
(() => {
  "use strict";
  const holder = document.getElementById("draft-words");
  if (!holder) return;
  const words = holder.dataset;
  const PAUSE = 800, AGAIN = 10000, PATIENCE = 3000;
  const SKIPPED = ["hidden", "password", "file", "submit", "button", "reset", "image", "fieldset", "output"];
  const page = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  const keep = (store, key, value) => {
    try { if (value === null) store.removeItem(key); else store.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the server still has it */ }
  };
  const kept = (store, key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
  const alike = (one, other) => {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => (one[name] || []).join("\n") === (other[name] || []).join("\n"));
  };

  class Draft {
    constructor(form) {
      this.form = form;
      this.name = form.dataset.autosave;
      this.subject = form.dataset.subject || "";
      this.key = `draft/${words.person}/${this.name}/${this.subject}`;
      this.version = null; /* not asked yet */
      this.saved = this.first = this.take();
      this.touched = this.typed();
      this.opened = this.open();
      if (this.touched) {
        this.saved = {};
        this.opened.then(() => this.change());
      }
    }

    /* The fields */

    fields() {
      return [...this.form.elements].filter((one) => one.name && (!SKIPPED.includes(one.type) || "draft" in one.dataset) && !("noDraft" in one.dataset)
        && one.autocomplete !== "one-time-code");
    }

    /* Whether somebody was quicker than this script. */
    typed() {
      return this.fields().some((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked !== one.defaultChecked
        : !one.type.startsWith("select") && one.value !== "" && one.value !== one.defaultValue));
    }

    take() {
      const data = {};
      for (const one of this.fields()) {
        const values = (data[one.name] = data[one.name] || []);
        if (one.type === "radio" || one.type === "checkbox") { if (one.checked) values.push(one.value); }
        else if (one.type === "select-multiple") values.push(...[...one.selectedOptions].map((option) => option.value));
        else values.push(one.value);
      }
      return data;
    }

    put(data) {
      this.form.dispatchEvent(new CustomEvent("autosave:restore", { bubbles: true, detail: data }));
      const left = Object.fromEntries(Object.entries(data).map(([name, values]) => [name, [...values]]));
      for (const one of this.fields()) {
        if (!(one.name in data)) continue;
        if (one.type === "radio" || one.type === "checkbox") one.checked = data[one.name].includes(one.value);
        else if (one.type === "select-multiple") for (const option of one.options) option.selected = data[one.name].includes(option.value);
        else if (left[one.name].length) {
          const value = left[one.name].shift();
          if (one.type !== "select-one" || [...one.options].some((option) => option.value === value)) one.value = value;
        }
      }
      this.form.dispatchEvent(new CustomEvent("autosave:restored", { bubbles: true, detail: data }));
    }

    /* What the page says */

    line() {
      let line = document.querySelector(`[data-autosave-state="${this.name}"]`) || this.form.querySelector("[data-autosave-state]");
      if (!line) {
        line = document.createElement("p");
        line.dataset.autosaveState = "";
        this.form.prepend(line);
      }
      line.classList.add("autosave");
      if (!line.hasAttribute("role")) line.setAttribute("role", "status");
      return line;
    }

    say(text, state, ...buttons) {
      const line = this.line();
      line.classList.toggle("bad", state === "bad");
      line.classList.toggle("asks", state === "warn");
      const icon = state && holder.querySelector(`[data-icon=${state}]`);
      const said = document.createElement("span");
      said.textContent = text;
      line.replaceChildren(...(icon ? [icon.firstElementChild.cloneNode(true)] : []), said, ...buttons);
    }

    button(text, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = text;
      button.addEventListener("click", () => act.call(this));
      return button;
    }

    /* Opening */

    async open() {
      const posted = this.form.hasAttribute("data-posted");
      const local = kept(localStorage, this.key);
      let there = null;
      try { there = await this.ask(); } catch { /* later */ }
      if (posted) { /* what was refused is newer than the draft it was made of */
        this.version = kept(sessionStorage, this.key) ?? (there ? there.version : null);
        this.saved = {};
        if (there) this.change();
      } else if (!there) {
        if (local && !local.handedIn && !this.touched) { this.put(local.data); this.say(words.local, "bad"); this.change(); }
      } else {
        this.version = there.version;
        if (local && (local.handedIn || alike(local.data, there.version ? there.data : this.first))) keep(localStorage, this.key, null);
        else if (local && !this.touched) {
          this.put(local.data);
          if (local.version === there.version) { this.say(words.local, "ok"); this.change(); }
          else this.collide(there);
          return;
        }
        if (!there.version || alike(there.data, this.first)) { if (there.version) this.saved = there.data; return; }
        if (this.touched) this.collide(there); /* he began to write before the answer came */
        else this.restore(there);
      }
    }

    async ask() {
      const where = new URLSearchParams({ form: this.name, subject: this.subject });
      const answer = await fetch(`${words.address}?${where}`, { redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }

    restore(there) {
      this.put(there.data);
      this.version = there.version;
      this.saved = this.take();
      this.say(words.restored.replace("{at}", there.at), "ok", this.button(words.throw, this.discard));
    }

    async discard() {
      clearTimeout(this.timer);
      const body = new URLSearchParams({ form: this.name, subject: this.subject });
      try { if (!(await this.send(words.discard, body)).ok) return this.say(words.unsaved, "bad"); } catch { return this.say(words.unsaved, "bad"); }
      this.form.reset();
      this.version = 0;
      this.saved = this.take();
      this.settle();
      this.say("");
      const field = this.fields()[0];
      if (field) field.focus();
    }

    /* Saving */

    change() {
      this.touched = true;
      if (this.closed) return;
      keep(localStorage, this.key, { data: this.take(), version: this.version });
      if (this.clash) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), PAUSE);
    }

    send(address, body) {
      const token = document.querySelector("[name=csrfmiddlewaretoken]");
      const headers = { "X-CSRFToken": token ? token.value : "" };
      return fetch(address, { method: "POST", body, headers, redirect: "manual", keepalive: body.toString().length < 60000 });
    }

    save() {
      clearTimeout(this.timer);
      if (this.closed || this.clash) return this.busy;
      if (this.busy) return this.busy.then(() => this.save());
      this.busy = this.saving().finally(() => { this.busy = null; });
      return this.busy;
    }

    async saving() {
      const data = this.take();
      if (this.version !== null && alike(data, this.saved)) return this.settle();
      this.say(words.saving);
      let answer, said;
      try {
        if (this.version === null) {
          const there = await this.ask();
          if (there.version && !alike(there.data, data)) return this.collide(there);
          this.version = there.version;
        }
        const body = { form: this.name, subject: this.subject, version: this.version, page, written: JSON.stringify(data) };
        answer = await this.send(words.address, new URLSearchParams(body));
        said = answer.ok || answer.status === 409 || answer.status === 422 ? await answer.json() : null;
      } catch { return this.fail(words.unsaved); }
      if (answer.ok) {
        this.version = said.version;
        this.saved = data;
        this.say(`${words.saved} ${said.at}`, "ok");
        if (alike(this.take(), data)) this.settle(); else this.change();
      } else if (answer.status === 409) this.collide(said);
      else if (answer.status === 422) { this.failed = true; this.say(said.trouble || words.unsaved, "bad"); }
      else this.fail(answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403 ? words.door : words.unsaved);
    }

    settle() {
      this.failed = false;
      keep(localStorage, this.key, null);
    }

    fail(text) {
      this.failed = true;
      this.say(text, "bad");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), AGAIN);
    }

    /* Another page was faster: both texts are there, the writer chooses. */
    collide(there) {
      if (alike(there.data, this.take()) && there.version) {
        this.version = there.version;
        this.saved = there.data;
        this.say(`${words.saved} ${there.at}`, "ok");
        return this.settle();
      }
      this.clash = there;
      const mine = this.button(words.mine, () => { this.clash = null; this.version = there.version; this.saved = {}; this.save(); });
      if (!there.version) return this.say(words.gone, "warn", mine);
      const theirs = this.button(words.theirs, () => {
        this.clash = null;
        this.put(there.data);
        this.version = there.version;
        this.saved = this.take();
        this.settle();
        this.say(words.restored.replace("{at}", there.at), "ok");
      });
      this.say(words.elsewhere.replace("{at}", there.at), "warn", theirs, mine);
    }

    /* Handing in */

    leave(event) {
      clearTimeout(this.timer);
      if (this.busy) { /* what is on its way arrives first, so that nothing is left behind the form */
        event.preventDefault();
        event.stopImmediatePropagation();
        const by = event.submitter;
        Promise.race([this.busy, new Promise((late) => setTimeout(late, PATIENCE))]).then(() => { this.busy = null; this.form.requestSubmit(by); });
        return;
      }
      this.closed = true;
      this.hidden("draft-form", this.name);
      this.hidden("draft-subject", this.subject);
      keep(sessionStorage, this.key, this.version || 0);
      keep(localStorage, this.key, alike(this.take(), this.saved) ? null : { data: this.take(), version: this.version, handedIn: true });
    }

    hidden(name, value) {
      const field = this.form.querySelector(`:scope > input[name="${name}"]`) || this.form.appendChild(document.createElement("input"));
      Object.assign(field, { type: "hidden", name, value });
    }

    resume() {
      if (!this.closed) return;
      this.closed = false;
      this.change();
    }

    get unsaved() { return Boolean(!this.closed && (this.failed || this.clash)); }
    get waits() { return !this.closed && !this.clash && !alike(this.take(), this.saved); }
  }

  const drafts = new Map();
  const begin = (within) => {
    for (const form of drafts.keys()) if (!form.isConnected) drafts.delete(form);
    const found = [...within.querySelectorAll("form[data-autosave]")];
    if (within.matches && within.matches("form[data-autosave]")) found.push(within);
    for (const form of found) if (!drafts.has(form)) drafts.set(form, new Draft(form));
  };
  const of = (element) => element && drafts.get(element.form || element);

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => { const draft = of(event.target); if (draft) draft.change(); });
  }
  document.addEventListener("submit", (event) => { const draft = of(event.target); if (draft) draft.leave(event); }, true);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  document.addEventListener("htmx:afterRequest", (event) => {
    const draft = of(event.detail.elt);
    if (draft && draft.closed && event.detail.failed && !event.detail.xhr.status) draft.resume();
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) drafts.forEach((draft) => draft.resume()); });
  window.addEventListener("online", () => drafts.forEach((draft) => { if (draft.failed) draft.save(); }));
  window.addEventListener("pagehide", () => drafts.forEach((draft) => { if (draft.waits) draft.save(); }));
  window.addEventListener("beforeunload", (event) => { if ([...drafts.values()].some((draft) => draft.unsaved)) event.preventDefault(); });
  begin(document);
})();
