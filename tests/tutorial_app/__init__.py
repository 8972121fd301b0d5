"""The module that docs/tutorial.md builds. It runs in a test of its own and belongs to no installation."""
