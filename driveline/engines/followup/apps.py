from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "driveline.engines.followup"
    label = "followup"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from driveline.engines.followup.rows import register_row_rules
        from driveline.engines.followup.sweep import connect

        register_row_rules()
        connect()
