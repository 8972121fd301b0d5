"""What is remembered for a request, and by the process for a few seconds."""

from __future__ import annotations

from driveline.core.request_cache import brief_cache, briefly, forget, forget_all, once, request_cache


def counting(seen: list[int]) -> int:
    seen.append(len(seen))
    return len(seen)


def test_outside_nothing_is_remembered() -> None:
    seen: list[int] = []
    assert [once("a", lambda: counting(seen)), once("a", lambda: counting(seen))] == [1, 2]


def test_a_request_remembers_to_its_end() -> None:
    seen: list[int] = []
    for expected in (1, 2):
        with request_cache():
            assert {once("a", lambda: counting(seen)) for _ in range(3)} == {expected}


def test_a_brief_cache_remembers_what_is_named_for_a_few_seconds() -> None:
    seen: list[int] = []
    for _ in range(3):
        with brief_cache():
            once(("settings", 1), lambda: counting(seen))
            once(("rows", 1), lambda: counting(seen))
    assert len(seen) == 4  # the settings once, the rows each time
    with brief_cache(seconds=0):
        once(("doors", 1), lambda: counting(seen))
    with brief_cache():
        once(("doors", 1), lambda: counting(seen))
    assert len(seen) == 6


def test_whoever_writes_makes_the_process_forget() -> None:
    seen: list[int] = []
    for act in (lambda: forget("settings"), forget_all, lambda: None):
        with brief_cache():
            once(("settings", 1), lambda: counting(seen))
        act()
    with brief_cache():
        once(("settings", 1), lambda: counting(seen))
    assert len(seen) == 3


def test_a_job_looks_anew_where_a_door_remembers() -> None:
    seen: list[int] = []
    with request_cache():
        briefly(("settings", 1), lambda: counting(seen))
        briefly(("settings", 1), lambda: counting(seen))
    for _ in range(2):
        with brief_cache():
            briefly(("settings", 1), lambda: counting(seen))
    assert len(seen) == 3
