/* Single keys (WCAG 2.1.4: they rest while one writes, and can be switched off on this device). Whatever is marked
   data-key is also there to be tapped; a field is gone to, anything else is pressed. */
(() => {
  "use strict";
  const legend = document.querySelector("[data-keys]");
  if (!legend) return;
  const CHOICE = "single-keys", HOME = "single-key-used";
  const kept = (store, name) => { try { return store.getItem(name); } catch { return null; } };
  const keep = (store, name, value) => { try { store.setItem(name, value); } catch { /* then only until the page is left */ } };
  const box = legend.querySelector("[data-keys-switch]");
  const keyed = () => document.querySelectorAll("[data-key]");

  const show = () => {
    legend.classList.toggle("off", !box.checked);
    for (const one of keyed()) {
      if (box.checked) one.setAttribute("aria-keyshortcuts", one.dataset.key.toUpperCase());
      else one.removeAttribute("aria-keyshortcuts");
    }
  };
  box.checked = kept(localStorage, CHOICE) !== "off";
  box.addEventListener("change", () => { keep(localStorage, CHOICE, box.checked ? "on" : "off"); show(); });
  legend.hidden = false;
  show();

  if (kept(sessionStorage, HOME)) { /* who came by a key reads on where it led */
    keep(sessionStorage, HOME, "");
    const home = document.querySelector("[data-key-home]");
    if (home && !document.querySelector("[autofocus], [aria-invalid=true]")) home.focus();
  }

  const WRITTEN = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])";
  const isSeen = (one) => one.getClientRects().length > 0;
  const lacks = (selector) => {
    const fields = [...document.querySelectorAll(selector)];
    return !fields.some((one) => one.type === "checkbox" || one.value.trim()) && fields[0];
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = event.target.matches(WRITTEN);
    if (event.key === "Escape" && writes) return event.target.blur();
    if (writes || event.repeat || !box.checked || document.querySelector("#sheet [data-sheet], dialog[open]")) return;
    const one = [...keyed()].find((each) => each.dataset.key === event.key.toLowerCase() && isSeen(each) && !each.disabled);
    if (!one) return;
    event.preventDefault();
    const field = one.matches(WRITTEN) ? one : one.dataset.needs && lacks(one.dataset.needs);
    if (field) {
      field.focus();
      field.scrollIntoView({ block: "nearest" });
    } else if (one.matches("summary")) {
      one.parentElement.open = !one.parentElement.open;
      one.focus();
    } else {
      keep(sessionStorage, HOME, "yes");
      one.click();
    }
  });
})();
