"""What a user finds in the menu: a folder per capability, with all that it has inside."""
