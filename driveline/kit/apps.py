from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "driveline.kit"
    label = "kit"
