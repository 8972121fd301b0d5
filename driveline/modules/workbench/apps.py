from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "driveline.modules.workbench"
    label = "workbench"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from driveline.modules.workbench import module

        module.connect()
