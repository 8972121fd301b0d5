"""The machine's face: REST resources derived from the page declarations (docs/api.md, decision 0012).

`declare` says what a page offers; `resources` turns pages into routes, `build` hands the routes to the router;
`door` lets programs in by their token; `problems` is how they are refused.
"""
