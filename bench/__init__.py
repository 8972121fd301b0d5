"""How fast the pages are at ten thousand, a hundred thousand and a million leads, measured over HTTP.

    python -m bench.run --database postgres --sizes 10k 100k 1m
    python -m bench.run --database sqlite --sizes 10k 100k

docs/performance.md says what is measured and keeps the figures.
"""
