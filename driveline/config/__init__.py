"""Settings, URLs, schedule and command line: the one place that sees every floor."""
