from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "driveline.modules.leads"
    label = "leads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from driveline.modules.leads import module

        module.connect()
