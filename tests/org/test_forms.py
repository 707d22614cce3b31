"""What forms of every room are made of."""

from django import forms

from clients.checklist.forms import ItemForm
from clients.checklist.rules import Item
from org.forms import TextArea


def test_a_text_of_several_lines_is_kept_with_one_kind_of_line_end():
    data = {"concerns-words": "怕断供\r\n怕生病\r还有", "concerns-covers": ["life"]}
    form = ItemForm(Item.CONCERNS, data)
    assert form.is_valid() and form.answer["words"] == "怕断供\n怕生病\n还有"


def test_a_line_end_is_one_character_as_the_browser_counts_it():
    field = forms.CharField(max_length=3, widget=TextArea)
    assert field.clean(field.widget.value_from_datadict({"a": "一\r\n二"}, {}, "a")) == "一\n二"
    assert field.widget.value_from_datadict({}, {}, "a") is None
