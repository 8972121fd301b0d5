"""One settings module per way of running: dev, test, prod, demo. All start from base."""
