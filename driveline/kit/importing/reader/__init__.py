"""The child process that opens a stranger's file: `python -m driveline.kit.importing.reader`.

Nothing here imports Django or anything of ours: it starts fast, holds no secret, and may die of a bad file alone.
"""
