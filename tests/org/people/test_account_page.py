"""What the page of an account offers, and the card to print."""

from uuid import uuid4

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from org.posts import Post
from tests import factories as make


@pytest.fixture
def page(client, zhou, city, clock_at):
    """周婷's account as the administrator sees it."""
    clock_at(make.at(make.MONDAY, 9))
    client.force_login(make.person(Post.SYSTEM_ADMIN, unit=city))
    return lambda: client.get(f"/people/{zhou.employee_no}/").content.decode()


def test_only_who_has_an_authenticator_can_be_freed_of_it(page, zhou):
    assert "解除验证器" not in page()
    device = TOTPDevice.objects.create(user=zhou, name="TOTP", confirmed=False)
    assert "解除验证器" not in page()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    assert "解除验证器" in page()


def test_suspending_asks_first(page):
    html = page()
    asked = html[html.index('<details class="sure"') :]
    asked = asked[: asked.index("</details>")]
    assert "停用账号" in asked
    assert "会马上退出登录" in asked
    assert asked.index("确认停用") > asked.index("/suspend/")
    assert html.count("/suspend/") == 1


def test_the_card_offers_to_be_printed(page, client, zhou):
    html = client.post(f"/people/{zhou.employee_no}/card/", {"key": uuid4()}).content.decode()
    assert "data-print hidden" in html
    assert "用浏览器菜单里的打印" in html[html.index("<noscript>") : html.index("</noscript>")]
