from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "driveline.modules.setup"
    label = "setup"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from driveline.modules.setup import module

        module.connect()
