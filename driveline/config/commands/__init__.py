"""The commands of the `driveline` command line, one a file."""
