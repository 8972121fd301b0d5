"""Files brought in: stored, read, mapped, rehearsed, run in chunks, resumed, given back, taken back. docs/imports.md"""
