"""The one way in: every arrival, the verdict on it, and what was made of it. docs/engines/intake.md"""
