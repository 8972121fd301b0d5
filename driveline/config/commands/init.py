"""driveline init: a group, its first store and its administrator."""

import argparse

from driveline.config.maintenance import migrate_all

HELP = "Set up an empty installation: a group, its first store and an administrator."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--group", required=True, metavar="NAME", help="name of the dealer group")
    parser.add_argument("--store", required=True, nargs=2, metavar=("CODE", "NAME"), help="first store")
    parser.add_argument("--admin", required=True, metavar="LOGIN", help="login of the administrator")


def run(args: argparse.Namespace) -> int:
    """Create the tables and the first rows; print the administrator's one-time password."""
    from driveline.core.services.installation import install

    migrate_all()
    code, name = args.store
    admin = install(group_name=args.group, store_code=code, store_name=name, admin_login=args.admin)
    print(f"{args.group}: store {code} {name} is ready.")
    print(f"Sign in as {admin.login} with the one-time password {admin.password}")
    return 0
