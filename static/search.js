/* The search box: Ctrl+K, ⌘K and / lead to it, arrows walk through what it found, Esc leaves. Without a script it is a
   form that leads to a page. */
(() => {
  "use strict";
  const find = document.querySelector("[data-find]");
  if (!find) return;
  const boxes = [...document.querySelectorAll("main [type=search][name=q]#id_q"), find.querySelector("input")];
  const box = find.querySelector("input");
  const list = find.querySelector("#found");
  const form = box.form;
  const shown = (element) => element.offsetParent !== null;
  const hits = (within) => [...within.querySelectorAll("a.find-hit")].filter(shown);
  let left = false;  // with Esc: an answer on its way opens nothing any more
  const show = (open) => { list.hidden = !open; };

  const typing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  document.addEventListener("keydown", (event) => {
    const everywhere = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    if (!everywhere && !slash) return;
    const target = boxes.find((one) => shown(one) && !one.closest("[inert]"));
    if (!target) { if (everywhere && !document.querySelector("main[inert]")) { event.preventDefault(); location.assign(form.action); } return; }
    event.preventDefault();
    target.focus();
    target.select();
  });

  /* Arrows: from the box into the hits and round again; the page of results as the list under the box. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const page = document.querySelector("[data-hits]");
    const inside = find.contains(event.target) ? [box, ...hits(list)] : page && (page.contains(event.target) || event.target.id === "id_q") ? [document.getElementById("id_q"), ...hits(page)] : [];
    const at = inside.indexOf(event.target);
    if (at < 0 || inside.length < 2) return;
    event.preventDefault();
    inside[(at + (event.key === "ArrowDown" ? 1 : inside.length - 1)) % inside.length].focus();
  });

  box.addEventListener("focus", () => { left = false; show(Boolean(box.value.trim()) && list.childElementCount > 0); });
  box.addEventListener("input", () => { left = false; if (!box.value.trim()) { show(false); list.replaceChildren(); } });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt === box && !box.value.trim()) event.preventDefault();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) show(!left && Boolean(box.value.trim()) && find.contains(document.activeElement));
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (list.hidden) return box.blur();
    event.preventDefault();
    box.focus();
    left = true;
    show(false);
  });
  find.addEventListener("focusout", (event) => { if (!find.contains(event.relatedTarget)) show(false); });
})();
