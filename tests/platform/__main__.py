"""python -m tests.platform push --url http://127.0.0.1:8000/api/v1/inbound/leads/KEY --key KEY --secret SECRET
python -m tests.platform serve --port 9000

Prints one line of JSON: when pushing what came of it, when serving the port as soon as it can be asked.
"""

from __future__ import annotations

import argparse
import json
import sys

from tests.platform.messages import messages
from tests.platform.pushing import Plan, push_all
from tests.platform.serving import Platform, server


def main() -> None:
    parser = argparse.ArgumentParser(description="A car platform to try against.")
    parser.add_argument("what", choices=("push", "serve"))
    for name, kind, default in (
        ("seed", int, 1), ("count", int, 100), ("faulty", float, 0.0), ("virtual", float, 0.0),
        ("same-person", float, 0.0), ("url", str, ""), ("key", str, ""), ("secret", str, ""), ("rate", float, 0.0),
        ("threads", int, 4), ("duplicates", float, 0.0), ("hang-up", float, 0.0), ("skew", float, 0.0),
        ("port", int, 0), ("page", int, 20), ("trouble", float, 0.0), ("again", float, 0.0),
    ):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--shuffle", action="store_true")
    given = parser.parse_args()
    said = messages(
        given.seed, given.count, faulty=given.faulty, virtual=given.virtual, same_person=given.same_person
    )
    if given.what == "push":
        shared = (
            "url",
            "key",
            "secret",
            "rate",
            "threads",
            "duplicates",
            "hang_up",
            "skew",
            "shuffle",
            "seed",
        )
        report = push_all(said, Plan(**{name: getattr(given, name) for name in shared}))
        print(json.dumps(report.plain(), ensure_ascii=False))
        return
    names = ("page", "trouble", "again", "shuffle", "seed")
    made = server(Platform(said, **{name: getattr(given, name) for name in names}), given.port)
    print(json.dumps({"port": made.server_address[1]}), flush=True)
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
