"""Forms of sign-in and account; they exist before there is an actor, so they are not kit forms."""
