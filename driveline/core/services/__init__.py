"""What core writes: one file a subject."""
