"""`python -m driveline`: the command line without the installed script."""

from driveline.config.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
