"""Driveline 驰脉: customer relations for car dealerships and dealer groups."""

__version__ = "0.1.0"
