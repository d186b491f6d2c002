"""A form is a window that Discord takes, or none; what is handed in is a line, to the letter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord.components import validate_modal
from strategies.documents import forms

from community_bot.adapters.discord.modals import modal_of, read_form
from community_bot.core.invocation import read_line
from community_bot.domain.document import Form, FormInput

LINE = "kb edit emile-zola about.text.en seen=0a1b2c3d"
FORM = Form(
    "Edit about.text.en",
    LINE,
    (FormInput("value", "What", "old", is_long=True, is_required=True), FormInput("note", "Why")),
)


def handed_in(window: Any, **values: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return what Discord says of a window that was filled in."""
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
        for name, value in values.items()
    ]
    return {"custom_id": window["custom_id"], "components": fields}


@settings(max_examples=200, deadline=None)
@given(forms)
def test_any_form_is_a_window_that_discord_takes_or_none(form: Form) -> None:
    names = tuple(f"option-{'abcdef'[n]}" for n in range(len(form.inputs)))
    inputs = tuple(replace(one, name=name) for one, name in zip(form.inputs, names, strict=True))
    for line in (form.line, LINE):
        window = modal_of(replace(form, line=line, inputs=inputs))
        if window is not None:
            validate_modal(window)


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text())
def test_what_is_handed_in_is_read_to_the_letter(value: str, note: str) -> None:
    filled = read_form(handed_in(modal_of(FORM), value=value, note=note))
    assert filled is not None
    wanted = {name: text for name, text in (("value", value), ("note", note)) if text.strip()}
    call = read_line(filled.line, 100_000)
    assert [word.text for word in call.words] == LINE.split()[:-1]
    assert dict(call.options) == {"seen": "0a1b2c3d", **wanted}
    assert filled.written == tuple(wanted.values())


def test_what_has_more_than_one_line_is_written_in_lines() -> None:
    window: Any = modal_of(FORM)
    styles = [one["component"]["style"] for one in window["components"]]
    assert styles == [2, 1]
    assert window["components"][0]["component"]["value"] == "old"
    assert "value" not in window["components"][1]["component"]


@pytest.mark.parametrize(
    "form",
    [
        replace(FORM, line=f"kb edit {'x' * 90}"),
        replace(FORM, line="kb edit a\nb"),
        replace(FORM, inputs=()),
        replace(FORM, inputs=tuple(FormInput(f"v-{it}", "V") for it in "abcdef")),
        replace(FORM, inputs=(FormInput("value", "V", "x" * 4_001),)),
        replace(FORM, inputs=(FormInput("value", "V", "😀" * 2_001),)),
        replace(FORM, inputs=(FormInput("a b", "V"),)),
    ],
)
def test_what_no_window_takes_is_none(form: Form) -> None:
    assert modal_of(form) is None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"custom_id": "cb:1:kb edit"},
        {"custom_id": "other", "components": []},
        {
            "custom_id": f"cb-form:{LINE}",
            "components": [{"component": {"type": 4, "custom_id": "a b=c d", "value": "x"}}],
        },
    ],
)
def test_what_is_no_form_of_ours_says_nothing(data: dict[str, Any]) -> None:
    assert read_form(data) is None
