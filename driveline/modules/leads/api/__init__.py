"""What programs of others reach the module by."""
