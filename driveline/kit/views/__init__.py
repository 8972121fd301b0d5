"""The views behind the declarations: small functions, one file per kind of page."""
