/* What pages do faster with JavaScript. Every page works without it: forms post, links lead, sheets are pages. */
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const words = $("#words") ? $("#words").dataset : {};

  /* A form is sent once: its buttons rest until the answer. The server's key makes a second tap harmless anyway. */
  const rest = (form, resting) => {
    if (form.hasAttribute("data-no-lock")) return;
    form.setAttribute("aria-busy", String(resting));
    for (const button of form.querySelectorAll("button:not([type=button])")) button.disabled = resting;
  };
  document.addEventListener("submit", (event) => {
    /* after the browser has taken the pressed button's value */
    if (!event.defaultPrevented) setTimeout(() => rest(event.target, true), 0);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy=true]").forEach((form) => rest(form, false)));
  const formOf = (event) => event.detail.elt.closest && event.detail.elt.closest("form");
  document.addEventListener("htmx:beforeRequest", (event) => formOf(event) && rest(formOf(event), true));
  document.addEventListener("htmx:afterRequest", (event) => formOf(event) && rest(formOf(event), false));

  /* A refusal or a lost line: one sentence, and what was typed stays. */
  const say = (text) => {
    const old = $("#trouble");
    if (old) old.remove();
    const note = document.createElement("div");
    note.id = "trouble";
    note.className = "toasts";
    note.setAttribute("role", "alert");
    const bar = note.appendChild(document.createElement("div"));
    bar.className = "note bad";
    bar.textContent = text;
    document.body.append(note);
    setTimeout(() => note.remove(), 10000);
  };
  document.addEventListener("htmx:sendError", () => say(words.lost));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) return location.reload();
    say(status === 404 ? words.missing : status === 403 ? words.forbidden : words.failed);
  });

  /* The sheet: focus goes in and comes back, Esc and the dark area close it, the page behind rests. */
  let opener = null;
  const holder = $("#sheet");
  const behind = () => document.querySelectorAll(".side, main, .phone-foot");
  const close = () => {
    holder.replaceChildren();
    behind().forEach((part) => { part.inert = false; });
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  };
  if (holder) {
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.target === holder && !holder.contains(event.detail.elt)) opener = event.detail.elt;
    });
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.detail.target !== holder) return;
      const sheet = $("[data-sheet]", holder);
      if (!sheet) return close();
      behind().forEach((part) => { part.inert = true; });
      const first = $("[aria-invalid=true]", sheet) || $("[autofocus]", sheet) || $("h2", sheet);
      first.focus();
    });
    document.addEventListener("click", (event) => {
      if (event.target.closest("#sheet [data-close]")) { event.preventDefault(); close(); }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && holder.firstElementChild) close();
    });
  }

  /* Menus made of <details> close on Esc and on a click elsewhere. */
  const shut = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => shut(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(null); });

  /* Light and dark at once; the cookie follows through the form. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("form[data-theme] button");
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    const body = new FormData(form);
    body.append("theme", button.value);
    if (button.value) document.documentElement.setAttribute("data-bs-theme", button.value);
    else document.documentElement.removeAttribute("data-bs-theme");
    fetch(form.action, { method: "POST", body, redirect: "manual" }).then(() => location.reload(), () => form.requestSubmit(button));
  });

  /* Keys for the search box, where there is one: not on a phone. */
  const find = $("[data-find]");
  if (find && find.offsetParent) document.head.appendChild(document.createElement("script")).src = find.dataset.find;

  /* A part that scrolls sideways and holds nothing to stop at is reached by the keyboard itself. */
  const reachable = () => document.querySelectorAll(".scroll, .panel").forEach((part) => {
    const style = getComputedStyle(part);
    const scrolls = part.scrollWidth > part.clientWidth && /auto|scroll/.test(style.overflowX);
    if (scrolls && !part.querySelector("a[href], button, input, select, textarea, summary")) part.tabIndex = 0;
    else if (part.tabIndex === 0) part.removeAttribute("tabindex");
  });
  reachable();
  window.addEventListener("resize", reachable);
  document.addEventListener("htmx:afterSettle", reachable);

  /* Drafts are kept by a script of its own, fetched where a form asks for it (org/drafts). */
  const drafts = $("#draft-words");
  const keepDrafts = (within) => {
    if (!drafts || drafts.dataset.fetched || !(within.matches && within.matches("form[data-autosave]") || $("form[data-autosave]", within))) return;
    drafts.dataset.fetched = "";
    document.head.appendChild(document.createElement("script")).src = drafts.dataset.script;
  };
  keepDrafts(document);
  document.addEventListener("htmx:load", (event) => keepDrafts(event.detail.elt));

  /* Printing needs a script, so its button is only there with one. */
  document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

  /* − and + beside a number: only there with a script. */
  document.querySelectorAll("[data-step]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    const box = $("input", button.parentElement);
    const sum = Math.max(0, (Number(box.value) || 0) + Number(button.dataset.step));
    box.value = box.step && box.step !== "1" ? sum.toFixed(1) : String(sum);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });

  /* A recent client is written into 客户 and 联系人, where it can be seen and changed; typing another lets it go. */
  document.addEventListener("input", (event) => {
    const box = event.target;
    const recent = box.form && $("[data-recent]", box.form);
    if (!recent) return;
    const { client, contact } = box.form.elements;
    if (recent.contains(box)) {
      const [name, ...others] = box.value.split(recent.dataset.recent);
      client.value = name;
      contact.value = others.join(recent.dataset.recent);
      client.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (box === client) recent.querySelectorAll(":checked").forEach((chip) => { chip.checked = false; });
  });

  /* A password one may look at. */
  document.addEventListener("click", (event) => {
    const eye = event.target.closest("[data-show-password]");
    if (!eye) return;
    const input = $("input", eye.parentElement);
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    eye.setAttribute("aria-pressed", String(shown));
  });

  /* Countdown by the server's clock: a date over 24 h, hh:mm under it, mm:ss and amber in the last hour. */
  const two = (number) => String(number).padStart(2, "0");
  const ALOUD = [3600, 1800, 600, 300];
  const aloud = document.body.appendChild(document.createElement("div"));
  aloud.className = "visually-hidden";
  aloud.setAttribute("aria-live", "polite");
  const ticking = [...document.querySelectorAll(".countdown[data-until]")].map((element) => ({
    element, until: Date.parse(element.dataset.until), ahead: Date.parse(element.dataset.now) - Date.now(),
  })).filter((one) => one.until && one.ahead === one.ahead);
  const tick = () => {
    for (const { element, until, ahead } of ticking) {
      const left = Math.floor((until - Date.now() - ahead) / 1000);
      if (left >= 86400) continue;
      const minutes = Math.floor(Math.abs(left) / 60);
      element.classList.toggle("warn", left < 3600);
      if (ALOUD.includes(left)) aloud.textContent = `${words.left} ${minutes} ${words.minutes}`;
      if (left < 0) element.textContent = `${element.dataset.late} ${minutes} ${words.minutes}`;
      else if (left < 3600) element.textContent = `${words.left} ${two(minutes)}:${two(left % 60)}`;
      else element.textContent = `${words.left} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    }
  };
  if (ticking.length) { tick(); setInterval(tick, 1000); }
})();
