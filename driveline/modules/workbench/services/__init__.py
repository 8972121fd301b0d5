"""What happens behind the messages: long work and taking things back."""
