"""Rows of a list as HTML: nothing a person typed becomes markup."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils.safestring import mark_safe

from driveline.kit.columns import Column
from driveline.kit.drawing import draw_rows
from driveline.kit.listing import Cell, Head, Line
from driveline.kit.verbs import RowVerb

NAME = Column(key="name", label="Name", pin="l", card="title")
COUNT = Column(key="n", label="Count", numeric=True, css="t2")


def _listing(*lines: Line, batch: bool = True, verbs: bool = True) -> Any:
    page = SimpleNamespace(verbs=["assign"] if verbs else [])
    return SimpleNamespace(
        page=page, batch=["assign"] if batch else [], heads=[Head(NAME), Head(COUNT)], lines=lines
    )


def _line(name: str, verbs: list[RowVerb] | None = None, more: str = "", **refused: int) -> Line:
    return Line(7, 21, [Cell(NAME, name), Cell(COUNT, "3")], verbs or [], more, refused, None)


def test_plain_text_is_escaped_and_markup_of_the_columns_stays():
    drawn = draw_rows(_listing(_line("<b>'&\"")))
    assert '<td class="pin-l" data-card="title">&lt;b&gt;&#x27;&amp;&quot;<td' in drawn
    assert '<td class="pin-l" data-card="title"><i>x</i><td' in draw_rows(
        _listing(_line(mark_safe("<i>x</i>")))
    )
    assert '<td class="num t2">3</tr>' in draw_rows(_listing(_line("x"), verbs=False))


def test_a_row_carries_its_key_its_number_and_why_a_command_is_refused():
    drawn = draw_rows(_listing(_line("王先生", assign=2)))
    assert drawn.startswith('<tr data-row="7" data-no=\'{"assign":2}\'>')
    assert "data-check aria-label=" in drawn
    assert '<td class="c-no">21<td' in drawn
    bare = draw_rows(_listing(_line("王先生"), batch=False, verbs=False))
    assert "data-no" not in bare
    assert "data-check" not in bare
    assert "c-act" not in bare


def test_verbs_open_post_or_say_why_not():
    verbs = [
        RowVerb("view", "View & go", "/leads/7/?a=1&b=2", "drawer"),
        RowVerb("assign", "Assign", "/leads/7/assign/", "dialog"),
        RowVerb("undo", "Undo", "/leads/7/undo/", "now", danger=True),
        RowVerb("void", "Void", "/leads/7/void/", "dialog", 'Not "now"'),
    ]
    drawn = draw_rows(_listing(_line("王先生", verbs, more="edit void:1")))
    assert '<a href="/leads/7/?a=1&amp;b=2" data-drawer>View &amp; go</a>' in drawn
    assert '<a href="/leads/7/assign/" data-dialog>Assign</a>' in drawn
    assert '<a class="bad" href="/leads/7/undo/" data-post>Undo</a>' in drawn
    assert '<a href="/leads/7/void/" aria-disabled="true" data-tip="Not &quot;now&quot;">Void</a>' in drawn
    assert 'data-more="edit void:1"' in drawn
