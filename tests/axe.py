"""Pages as axe sees them: a browser whose every request this process answers, from the test's own transaction.

No server and no copy of the database: what the test made is what the browser shows.
"""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python import base
from django.contrib.staticfiles.finders import find
from django.db import connections

from tests.permissions.asking import signed_in

RUN = """async ([within, tags]) => {
  const late = new Promise((_, no) => setTimeout(() => no(new Error('axe has not answered')), 60000));
  const asked = {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']};
  const found = await Promise.race([axe.run(within || document, asked), late]);
  return found.violations.map(v => `${v.id}: ` + v.nodes.slice(0, 3).map(n => `${n.target.join(' ')} | ${
    n.html.slice(0, 160)} | ${(n.any[0] || n.all[0] || n.none[0] || {}).message || ''}`).join(' ## '));
}"""
# On the laptop the person has chosen, on the phone the device says; then what follows the size has settled.
DRESS = """async (theme) => {
  const root = document.documentElement;
  if (theme) root.setAttribute('data-bs-theme', theme); else root.removeAttribute('data-bs-theme');
  const drawn = new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.race([drawn, new Promise(done => setTimeout(done, 300))]);  // what is not drawn may never come
}"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOST = "http://localhost"
THEMES, WIDTHS = ("light", "dark"), (360, 1440)
WAYS = [(theme, width) for width in WIDTHS for theme in THEMES]
STATIC = {}


class Seen:
    """One browser page; `as_who` says whose session answers it, `show` opens an address in a theme and a width.
    An address that leads elsewhere, to the door for one, fails."""

    def __init__(self, page):
        self.page, self.client, self.led, self.given = page, None, [], ("", b"")
        self.connection = connections["default"]
        page.route("**/*", self._answer)

    def as_who(self, person):
        self.client = signed_in(person)

    def shown_to(self, client):
        self.client = client

    def _answer(self, route):
        url = urlsplit(route.request.url)
        if url.path.startswith("/static/"):
            name = url.path.removeprefix("/static/")
            body = STATIC.setdefault(name, Path(find(name)).read_bytes())
            return route.fulfill(body=body, content_type=mimetypes.guess_type(name)[0])
        if url.path == self.given[0]:
            return route.fulfill(status=200, content_type="text/html; charset=utf-8", body=self.given[1])
        connections["default"] = self.connection  # Playwright answers outside of the test's context, not of its thread
        headers = {"HTTP_HX_REQUEST": "true"} if "hx-request" in route.request.headers else {}
        answer = self.client.get(url.path + (f"?{url.query}" if url.query else ""), follow=True, **headers)
        self.led += answer.redirect_chain
        return route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=answer.content)

    def show(self, address, theme="light", width=1440):
        self.dress(theme, width)
        self.led = []
        answer = self.page.goto(HOST + address, wait_until="load")
        assert answer.status == 200 and not self.led, (address, answer.status, self.led)
        self.dress(theme, width)

    def show_answer(self, address, body):
        """What was answered to something else than a plain GET: a refused form at its own address."""
        self.given = (address, body)
        self.show(address)
        self.given = ("", b"")

    def dress(self, theme, width):
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        self.page.evaluate(DRESS, theme if width == max(WIDTHS) else "")

    def flaws(self, within=None):
        """What axe finds on what is shown (or in the part of it): rule, up to three places, and why."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(base.AXE_SCRIPT)
        return self.page.evaluate(RUN, [within, TAGS])


def in_all_ways(seen, name):
    """What axe finds on the page that stands in the browser, in both themes and widths."""
    for way in WAYS:
        seen.dress(*way)
        yield from (f"{name} {way}: {flaw}" for flaw in seen.flaws())
