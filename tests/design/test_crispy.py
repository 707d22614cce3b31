"""The plain back-office forms are crispy's; what it draws keeps to the policy and ties a sentence to its field."""

from lxml import html

from org.posts import Post
from tests import factories as make

ADDRESS = "/working-days/2027-2-8/"


def test_a_wrong_field_is_marked_and_says_why(client, city, clock_at):
    clock_at(make.at(make.MONDAY, 9))
    client.force_login(make.person(Post.HQ_STAFF, unit=city))
    answer = client.post(ADDRESS, {"works": "no", "note": ""})
    page = html.fromstring(answer.content)
    [note] = page.xpath("//input[@name='note']")
    assert {"form-control", "is-invalid"} <= set(note.get("class").split())
    assert "写明依据" in page.xpath(f"//*[@id='error_1_{note.get('id')}']")[0].text_content()
    assert [radio.get("checked") for radio in page.xpath("//input[@name='works']")] == [None, "checked"]
    assert not page.xpath("//main//*[@style or @onclick] | //main//script")
