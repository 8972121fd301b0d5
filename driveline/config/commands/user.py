"""driveline user create: a person with a role in a store."""

import argparse

HELP = "Create a user and print a one-time password."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help=HELP)
    create.add_argument("login", metavar="LOGIN")
    create.add_argument("--name", required=True, help="the name that others see")
    create.add_argument("--store", required=True, metavar="CODE", help="store where the user works")
    create.add_argument("--role", required=True, metavar="CODE", help="role in that store")
    create.add_argument("--superior", metavar="LOGIN", help="superior in that store")


def run(args: argparse.Namespace) -> int:
    """Create the user."""
    from driveline.core.services.users import create_user

    created = create_user(
        login=args.login,
        name=args.name,
        store_code=args.store,
        role_code=args.role,
        superior_login=args.superior,
    )
    print(f"Sign in as {created.login} with the one-time password {created.password}")
    return 0
