/* The interview: minutes since it began, products while they are typed, a child's data kept only with the guardian's
   tick. The server's figures are the truth; they come by themselves (hx-post) and when a step is saved. */
(() => {
  "use strict";
  const timer = document.querySelector("[data-minutes]");
  if (timer) {
    const text = timer.lastElementChild, began = performance.now(), minutes = Number(timer.dataset.minutes);
    setInterval(() => {
      const now = minutes + Math.floor((performance.now() - began) / 60000);
      text.textContent = timer.dataset.of.replace("#", now);
      timer.classList.toggle("warn", now >= 30);
    }, 10000);
  }

  /* 3.0 × 46 = 138.00, in whole millionths: no number that is not exact. */
  const exact = (said) => {
    const parts = /^(\d{1,6})(?:\.(\d{0,6}))?$/.exec(said.replace(/[,，\s]/g, ""));
    return parts && BigInt(parts[1]) * 1000000n + BigInt((parts[2] || "").padEnd(6, "0"));
  };
  const multiply = (row) => {
    const [amount, years] = row.querySelectorAll("input"), out = row.querySelector("output");
    if (!out) return;
    const a = exact(amount.value), n = /^\d{1,3}$/.test(years.value.trim()) && BigInt(years.value.trim());
    if (a === null || n === false) { out.textContent = ""; return; }
    const hundredths = (a * n + 5000n) / 10000n;
    out.textContent = `= ${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
  };
  const multiplyAll = () => document.querySelectorAll("[data-times]").forEach(multiply);
  document.addEventListener("input", (event) => {
    const row = event.target.closest("[data-times]");
    if (row) multiply(row);
  });

  /* Whoever may be a child: nothing of him goes into a draft before the age says otherwise or the guardian agreed. */
  const OF_AGE = 18;
  const guard = (line) => {
    const field = (name) => line.querySelector(`[name$="-${name}"]`);
    const age = field("age").value.trim(), grown = /^\d+$/.test(age) && Number(age) >= OF_AGE;
    const kept = grown || field("guardian").checked;
    for (const name of ["name", "age", "occupation", "phone"]) {
      if (kept) delete field(name).dataset.noDraft; else field(name).dataset.noDraft = "";
    }
    field("guardian").closest(".field").hidden = grown;
  };
  const lines = [...document.querySelectorAll("[data-line]")];
  lines.forEach(guard);
  for (const line of lines) for (const kind of ["input", "change"]) line.addEventListener(kind, () => guard(line));

  /* What is not saved cannot be confirmed. */
  const figures = document.getElementById("figures"), note = document.querySelector("[data-dirty]");
  const taint = (event) => {
    if (!figures || !note || event.target.name === "event" || (event.target.form || event.target) !== figures) return;
    note.hidden = false;
    document.querySelectorAll("[data-confirm] button").forEach((button) => { button.disabled = true; });
  };
  document.addEventListener("input", taint);
  document.addEventListener("autosave:restored", (event) => { taint(event); lines.forEach(guard); multiplyAll(); });
  multiplyAll();
})();
