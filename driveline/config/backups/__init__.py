"""One archive with the database and the attached files, taken while people work, and its way back."""
