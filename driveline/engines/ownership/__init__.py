"""Whose a pursuit is, and how sets of them change hands. docs/engines/ownership.md"""
