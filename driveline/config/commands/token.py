"""driveline token: what lets a program act in somebody's name."""

import argparse
from typing import Any

HELP = "Create, list and revoke the tokens with which programs get in."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="create a token of one person in one store; it is printed once")
    create.add_argument("login", metavar="LOGIN")
    create.add_argument("--store", required=True, metavar="CODE", help="the store it is good for")
    create.add_argument("--name", default="terminal", help="what it is for, as the list shows it")
    create.add_argument("--days", type=int, default=365, help="how long it is good for (365)")
    listed = verbs.add_parser("list", help="list the tokens, without their secrets")
    listed.add_argument("--store", default="", metavar="CODE", help="those of one store")
    listed.add_argument("--login", default="", metavar="LOGIN", help="those of one person")
    revoke = verbs.add_parser("revoke", help="end a token at once")
    revoke.add_argument("prefix", metavar="PREFIX", help="how it begins, as the list shows it")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    from driveline.core.services import api_tokens

    if args.verb == "create":
        made = api_tokens.token_create_for(args.login, args.store, name=args.name, days=args.days)
        print(f"{made.secret}\nruns out on {made.token.expires_at:%Y-%m-%d}; it is not shown again")
    elif args.verb == "list":
        for token in api_tokens.tokens(args.store, args.login):
            print(_line(token))
    else:
        token = api_tokens.token_revoke_by_prefix(args.prefix)
        print(f"{token} is revoked")
    return 0


def _line(token: Any) -> str:
    """One token on one line: beginning, whose, where, name, until when, last used, state."""
    place = token.membership
    used = f"{token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
    until = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "for ever"
    state = "revoked" if token.revoked_at else until
    return f"{token.prefix:<12} {place.user.login:<14} {place.store.code:<12} {state:<17} {used:<17} {token.name}"
