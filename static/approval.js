/* What 分管总 changes is marked at once and counted on the button. Without a script the server does it on Enter. */
(() => {
  "use strict";
  const form = document.getElementById("approve");
  if (!form) return;
  const $ = (selector) => form.querySelector(selector);
  const boxes = [...form.querySelectorAll("input[data-was]")];
  const list = $("[data-changes]"), none = $("[data-none]"), pill = $("[data-amended]");
  const button = $("button[data-plain]");
  const sums = [...form.querySelectorAll("[data-sum]")].map((element) => ({
    element, all: boxes.filter((box) => box.name.endsWith(`-${element.dataset.sum}`)), was: element.textContent,
  }));
  const differs = (box) => box.value.trim() === "" || Number(box.value) !== Number(box.dataset.was || NaN);

  const line = (box) => {
    const item = document.createElement("li");
    const name = item.appendChild(document.createElement("span"));
    name.textContent = box.getAttribute("aria-label");
    const change = item.appendChild(document.createElement("span"));
    const old = change.appendChild(document.createElement("del"));
    old.className = "dim";
    old.textContent = box.dataset.was || "–";
    change.append(" → ");
    change.appendChild(document.createElement("b")).textContent = box.value || "–";
    const back = item.appendChild(document.createElement("button"));
    back.type = "button";
    back.className = "btn btn-sm btn-quiet";
    back.textContent = list.dataset.restore;
    back.setAttribute("aria-label", `${list.dataset.restore} ${name.textContent}`);
    back.addEventListener("click", () => { box.value = box.dataset.was; box.focus(); show(); });
    return item;
  };

  const show = () => {
    const changed = boxes.filter(differs);
    for (const box of boxes) {
      const is = changed.includes(box);
      box.classList.toggle("is-chg", is);
      box.parentElement.querySelector("[data-before]").hidden = !is;
    }
    list.replaceChildren(...changed.map(line));
    none.hidden = changed.length > 0;
    pill.hidden = !changed.length;
    const number = pill.querySelector("span");
    number.textContent = number.textContent.replace(/\d+/, changed.length);
    button.querySelector("span").textContent = changed.length
      ? button.dataset.many.replace("#", changed.length) : button.dataset.plain;
    for (const { element, all } of sums) {
      const sum = all.reduce((total, box) => total + (Number(box.value) || 0), 0);
      element.textContent = element.dataset.sum === "premium" ? sum.toFixed(1) : String(sum);
    }
  };
  /* On the phone an employee is a line until one opens it; what needs a look, or was changed, is open. */
  for (const handle of form.querySelectorAll("[data-unfold]")) {
    const row = handle.closest("tr");
    const fold = (folded) => { row.classList.toggle("folded", folded); handle.setAttribute("aria-expanded", String(!folded)); };
    handle.hidden = false;
    fold(!("open" in handle.dataset) && !row.querySelector("[aria-invalid=true], .field-bad")
      && !boxes.some((box) => row.contains(box) && differs(box)));
    handle.addEventListener("click", () => fold(!row.classList.contains("folded")));
  }
  form.addEventListener("autosave:restored", () => {
    for (const handle of form.querySelectorAll("tr.folded [data-unfold]")) {
      if (boxes.some((box) => handle.closest("tr").contains(box) && differs(box))) handle.click();
    }
  });

  form.addEventListener("input", (event) => { if (boxes.includes(event.target)) show(); });
  form.addEventListener("autosave:restored", show);
  window.addEventListener("pageshow", show); /* what the browser kept */
  show();
})();
