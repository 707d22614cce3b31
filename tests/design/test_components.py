"""Components say in words what they draw."""

import pytest
from django.template import Context, Template
from django_cotton.compiler_regex import CottonCompiler

from org.pages.specimens import CallForm


def draw(html, **values):
    return Template(CottonCompiler().process(html)).render(Context(values)).strip()


def test_a_heat_cell_always_prints_its_number():
    assert draw('<c-heat :done="done" :target="6" />', done=4) == '<span class="heat short">4<small>/6</small></span>'
    assert draw('<c-heat :percent="rate" />', rate=102) == '<span class="heat top">102</span>'
    assert draw('<c-heat :percent="rate" />', rate=None) == '<span class="heat off">–</span>'
    assert (
        draw('<c-heat :done="done" :target="due" />', done=1, due=1.5)
        == '<span class="heat short">1<small>/1.5</small></span>'
    )
    assert (
        draw('<c-heat :done="done" :target="due" />', done=0, due=1)
        == '<span class="heat none">0<small>/1</small></span>'
    )


def test_a_ring_has_its_label():
    html = draw('<c-ring kind="visit" :done="1" :target="1.5" label="拜访 1，目标 1.5" />')
    assert 'role="img" aria-label="拜访 1，目标 1.5"' in html
    assert 'pathLength="150"' in html
    assert "1<small>/1.5</small>" in html


@pytest.mark.parametrize("state", ["ok", "warn", "bad", "info", "star", ""])
def test_a_state_is_an_icon_a_word_and_a_colour(state):
    html = draw('<c-pill :state="state">待批</c-pill>', state=state)
    assert html.startswith(f'<span class="pill {state}"><svg') and html.endswith("待批</span>")


def test_a_meter_is_a_progress():
    assert draw('<c-meter :value="90" :max="100" label="完成率" />') == (
        '<progress class="meter " value="90" max="100" aria-label="完成率">90</progress>'
    )


def test_a_wrong_field_says_what_is_right_and_is_tied_to_its_sentence():
    html = draw('<c-field :field="form.phone" />', form=CallForm({"phone": "1380013800"}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_phone_error"' in html
    assert 'id="id_phone_error"' in html and "手机号少 1 位" in html
    assert '<label class="form-label" for="id_phone">手机</label>' in html
    assert 'value="1380013800"' in html


def test_text_from_people_stays_text():
    html = draw(
        '<c-empty :title="title" /><c-pill>{{ title }}</c-pill><c-note :title="title">{{ title }}</c-note>',
        title="<b>x</b>",
    )
    assert "<b>x" not in html


def test_a_trail_ends_in_the_heading():
    html = draw('<c-crumbs :trail="trail" />', trail=[("全市", "/city/"), ("周婷", "")])
    assert '<a href="/city/">全市</a>' in html and '<h1 aria-current="page">周婷</h1>' in html
