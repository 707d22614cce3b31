"""Pages as somebody without a mouse finds them: what Tab reaches, in which order, and how that is seen.

Used with a page that stands in a browser (tests/axe.py).
"""

COLLECT = """() => {
  const shown = one => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length > 0
    && !one.closest('[inert]') && !one.disabled && one.tabIndex >= 0 && !one.matches('fieldset:disabled *');
  const all = [...document.querySelectorAll(
    'a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable]')];
  const stops = all.filter(shown).filter(one => {
    if (one.type !== 'radio') return true;  // of a group one is a stop: the chosen, else the first
    const group = all.filter(other => other.type === 'radio' && other.name === one.name && other.form === one.form
      && shown(other));
    return one === (group.find(other => other.checked) || group[0]);
  });
  const look = one => [one, one.parentElement, one.nextElementSibling].filter(Boolean).map(each => {
    const s = getComputedStyle(each);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor,
      s.textDecorationLine, s.clipPath, s.translate, s.transform, s.top].join();
  }).join('|');
  window.stops = stops; window.looks = stops.map(look); window.lookOf = look;
  const named = one => `${one.tagName.toLowerCase()}${one.id ? '#' + one.id : ''} ${
    (one.getAttribute('aria-label') || one.innerText || one.name || '').trim().slice(0, 24)}`;
  window.namedOf = named;
  const inner = stops.filter(one => /^(date|time|datetime-local|month|week)$/.test(one.type)).length;
  return {count: stops.length, presses: stops.length + 6 * inner, names: stops.map(named),
    ahead: all.filter(one => one.tabIndex > 0).map(named)};
}"""
HERE = """() => {
  for (const moving of document.getAnimations()) try { moving.finish(); } catch { moving.cancel(); }
  const one = document.activeElement, at = window.stops.indexOf(one);
  return {at, seen: at < 0 || window.lookOf(one) !== window.looks[at], name: window.namedOf(one)};
}"""
FROM_THE_TOP = """() => { document.activeElement.blur(); window.getSelection().removeAllRanges(); scrollTo(0, 0); }"""
MORE = 3  # presses beyond the last stop, after which it has left the page or begun anew


def flaws(page):
    """What is wrong for the keyboard with the page that stands in the browser, as sentences."""
    page.evaluate(FROM_THE_TOP)
    found = page.evaluate(COLLECT)
    wrong = [f"ahead of the reading order: {name}" for name in found["ahead"]]
    reached, last = set(), -1
    for _press in range(found["presses"] + MORE):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here["at"] < 0 or (here["at"] == 0 and reached):
            if len(reached) >= found["count"]:
                break
            continue
        if here["at"] < last and here["at"] not in reached:
            wrong.append(f"out of the reading order: {here['name']}")
        if not here["seen"]:
            wrong.append(f"nobody sees that it has the focus: {here['name']}")
        reached.add(here["at"])
        last = here["at"]
    missed = [name for place, name in enumerate(found["names"]) if place not in reached]
    return wrong + [f"not reached: {name}" for name in missed]
