"""The people of the story with passwords of their own, and a device for each of them."""

import pytest

from org import clock
from org.posts import Post
from tests import factories as make

PASSWORD = "Regen-im-Mai-7"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LAPTOP = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def running(processes_on_this_database, zhou, manager, hq):
    """The product on its processes, with rules in force and nobody signed in; it is Thursday, 14:06."""
    for person in (zhou, manager, hq):
        person.set_password(PASSWORD)
        person.save()
    make.person(Post.CITY_DEPUTY_GM, unit=hq.appointments.get().unit, name="王总")
    make.rules(make.MONDAY)
    for letter in processes_on_this_database.mailbox.glob("*.eml"):
        letter.unlink()
    clock.shift_clock(to=make.at(make.THURSDAY, 14, 6))
    return processes_on_this_database


@pytest.fixture
def sign_in(running, browser, browser_context_args):
    """Somebody opens the product on a device, comes through the door and stays on the page."""
    opened = []

    def come(person, device, **more):
        settings = {**browser_context_args, **device, "base_url": running.url, **more}
        context = browser.new_context(**settings)
        opened.append(context)
        page = context.new_page()
        page.goto("/")
        page.get_by_label("工号").fill(person.employee_no)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_label("在这台设备记住我").check()
        page.get_by_role("button", name="用工号登录").click()
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield come
    for context in opened:
        context.close()
