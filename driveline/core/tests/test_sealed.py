"""What is sealed opens with the same key for the same purpose, and with nothing else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import override_settings

from driveline.core.sealed import Unsealable, seal, unseal


@pytest.mark.parametrize("text", ["", "k", "钥匙-42", "x" * 1000])
def test_what_is_sealed_can_be_opened(text: str) -> None:
    sealed = seal(text, "platform")
    assert unseal(sealed, "platform") == text
    assert len(text) < 5 or text not in sealed
    assert seal(text, "platform") != sealed


def test_another_purpose_another_key_and_a_changed_text_open_nothing() -> None:
    sealed = seal("secret", "platform")
    with pytest.raises(Unsealable):
        unseal(sealed, "poll")
    with override_settings(SECRET_KEY="another"), pytest.raises(Unsealable):
        unseal(sealed, "platform")
    for place in (3, len(sealed) // 2, len(sealed) - 3):
        wrong = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(Unsealable):
            unseal(wrong, "platform")
    for wrong in ("", "secret", "s1.", "s1.????", "s1.AAAA"):
        with pytest.raises(Unsealable):
            unseal(wrong, "platform")


def test_a_former_key_still_opens_what_it_sealed() -> None:
    sealed = seal("secret", "platform")
    former = settings.SECRET_KEY
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[former]):
        assert unseal(sealed, "platform") == "secret"
