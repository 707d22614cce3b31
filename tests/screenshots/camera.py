"""Takes a page on each device, light and dark."""

import shutil
from itertools import groupby, product
from typing import NamedTuple

from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.live import CHROMIUM, FLAGS

DEVICES = {
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True},
    "laptop": {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1},
}
THEMES = ("light", "dark")


class Shot(NamedTuple):
    """A page of a post's account ("": a stranger). `press` opens what lies over it; `template` stands for an error."""

    name: str
    post: str
    address: str
    press: str = ""
    template: str = ""


def take_all(moments, people, *, url, only, folder):
    """All shots of all moments; gives back how many pictures that made."""
    binary, taken = next(filter(None, map(shutil.which, CHROMIUM)), None), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        for shots in moments:
            wanted = [shot for shot in shots if not only or shot.name.startswith(only)]
            for device, theme in product(DEVICES, THEMES):
                context = browser.new_context(
                    **DEVICES[device], base_url=url, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme=theme
                )
                context.add_cookies([{"name": "theme", "value": theme, "url": url}])
                for post, theirs in groupby(wanted, key=lambda shot: shot.post):
                    sign_in(context, url, people.get(post))
                    for shot in theirs:
                        photograph(context, shot, folder / f"{shot.name}-{device}-{theme}.png")
                        taken += 1
                context.close()
    return taken


def sign_in(context, url, person):
    context.clear_cookies(name="sessionid")
    if person:
        client = Client()
        client.force_login(person)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def photograph(context, shot, file):
    page = context.new_page()
    if shot.template:
        body = render_to_string(shot.template, {"number": "E-3F81C20A"})
        page.route(f"**{shot.address}", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(shot.address, wait_until="networkidle")
    if shot.press:
        page.locator(f"a[aria-label^='{shot.press}'], a:has-text('{shot.press}')").last.click()
        page.get_by_role("dialog").wait_for()
    else:
        as_tall_as_the_page(page)
    page.screenshot(path=file, animations="disabled")
    if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        print(f"{file.stem} scrolls sideways by {wide} px")
    page.close()


def as_tall_as_the_page(page):
    """What sticks to the edges of the window would lie across a picture of more than the window."""
    height = page.evaluate("Math.max(innerHeight, document.documentElement.scrollHeight)")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})
