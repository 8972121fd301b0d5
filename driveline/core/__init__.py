"""The nouns that everybody shares: units, users and rights, parties, dictionaries, cars, clock, journal, files."""
