"""What a field says about what was typed is a plain sentence, in both languages."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from driveline.kit.forms import word_limits


class Asked(forms.Form):
    span = forms.IntegerField(min_value=1, max_value=30)
    least = forms.IntegerField(min_value=2)
    free = forms.IntegerField()
    own = forms.IntegerField(max_value=3, error_messages={"max_value": "three"})
    name = forms.CharField(max_length=4)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", ["1 至 30 的整数", "不小于 2 的整数", "请填整数", "three", "最多 4 个字"]),
        (
            "en",
            [
                "A whole number from 1 to 30.",
                "A whole number, at least 2.",
                "A whole number.",
                "three",
                "At most 4 characters.",
            ],
        ),
    ],
)
def test_a_number_out_of_bounds_and_a_text_too_long_are_told_the_bounds(language, said):
    with translation.override(language):
        form = Asked({"span": "31", "least": "1", "free": "x", "own": "4", "name": "abcde"})
        word_limits(form.fields)
        assert [str(sentence) for sentences in form.errors.values() for sentence in sentences] == said


def test_what_is_no_number_is_told_the_bounds_too():
    with translation.override("en"):
        form = Asked({"span": "many", "least": "2", "free": "1", "own": "1", "name": "a"})
        word_limits(form.fields)
        assert form.errors == {"span": ["A whole number from 1 to 30."]}
