from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "driveline.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Core"

    def ready(self) -> None:
        from driveline.core.wiring import connect

        connect()
