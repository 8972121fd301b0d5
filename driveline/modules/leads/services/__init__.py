"""Entering, changing and moving leads. `entry`: new and edit; `commands`: the buttons; `counts`: the badges."""
