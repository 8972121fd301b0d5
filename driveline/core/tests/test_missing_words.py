"""A required field that is empty is asked for by its name, in the language of the page, in every form alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import translation

from driveline.core.forms.entry import SignInForm
from driveline.kit.forms import KitForm


class Sample(KitForm):
    name = forms.CharField(label="姓名")
    source = forms.ChoiceField(label="来源", choices=[("", "-"), ("web", "网络")])
    tags = forms.MultipleChoiceField(label="标签", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    day = forms.DateField(label="日期")
    own = forms.CharField(label="口令", error_messages={"required": "口令是什么"})
    free = forms.CharField(label="备注", required=False)


def told(form: forms.Form) -> dict[str, Any]:
    return {name: list(sentences) for name, sentences in form.errors.items()}


def test_an_empty_field_is_asked_for_by_its_name() -> None:
    actor: Any = None
    assert told(Sample({}, actor=actor)) == {
        "name": ["请填写姓名"],
        "source": ["请选择来源"],
        "tags": ["请选择标签"],
        "day": ["请填写日期"],
        "own": ["口令是什么"],
    }


def test_it_is_asked_for_in_the_language_of_the_page() -> None:
    actor: Any = None
    with translation.override("en"):
        found = told(Sample({"tags": ["a"], "own": "1"}, actor=actor))
    assert found == {"name": ["Enter “姓名”."], "source": ["Choose “来源”."], "day": ["Enter “日期”."]}
    assert told(Sample({"tags": ["a"], "own": "1"}, actor=actor))["name"] == ["请填写姓名"]


def test_the_forms_before_the_sign_in_do_the_same() -> None:
    assert told(SignInForm({})) == {"login": ["请填写账号"], "password": ["请填写密码"]}
