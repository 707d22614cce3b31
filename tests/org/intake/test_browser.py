"""The tab is closed in the middle of a correction; on another device the import goes on, with and without a script."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from clients.prospects.models import Prospect
from org import clock
from org.posts import Post
from tests import factories as make
from tests.org.intake.conftest import NOW, row
from tests.org.workbooks.books import columns, save

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.browser
def test_a_closed_tab_loses_nothing(served, browser, browser_context_args, tmp_path):
    clock.shift_clock(to=NOW)
    department = make.department(make.branch(code="370202"))
    zhou = make.person(Post.CLIENT_MANAGER, unit=department)
    manager = make.person(Post.DEPARTMENT_MANAGER, unit=department, name="陈立")
    rows = [row(zhou), row(zhou, 单位名称="安泰建材", 员工人数="约60"), row(zhou, 单位名称="新禾餐饮", 来源="朋友")]
    path = save(tmp_path / "登记表.xlsx", {"准客户": columns(rows)})
    signed_in = Client()
    signed_in.force_login(manager)

    def device(width, **more):
        size = {"width": width, "height": 844}
        context = browser.new_context(**{**browser_context_args, "viewport": size, "base_url": served.url, **more})
        cookie = {"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": served.url}
        context.add_cookies([cookie])
        return context.new_page()

    laptop = device(1440)
    laptop.goto("/imports/")
    laptop.get_by_role("radio", name="准客户", exact=True).check()
    laptop.get_by_label("文件").set_input_files(path)
    laptop.get_by_role("button", name="上传并核对").click()
    laptop.get_by_label("第 3 行员工人数").fill("60")
    laptop.get_by_label("第 3 行员工人数").press("Tab")  # checked at once
    expect(laptop.get_by_role("button", name="导入 2 行")).to_be_visible()
    laptop.context.close()

    phone = device(390, java_script_enabled=False)
    phone.goto("/imports/")
    phone.get_by_role("link", name="登记表.xlsx").click()
    expect(phone.get_by_role("button", name="导入 2 行")).to_be_visible()
    phone.get_by_role("button", name="改为缘故").click()
    phone.get_by_role("button", name="导入 3 行").click()
    expect(phone.get_by_role("heading", name="已导入 3 行")).to_be_visible()
    assert Prospect.objects.get(name="安泰建材").headcount == 60
    assert not phone.evaluate(WIDER)
    phone.get_by_role("button", name="整批撤回").click()
    expect(phone.get_by_role("heading", name="已整批撤回")).to_be_visible()
    assert not Prospect.objects.exists()
    phone.context.close()
