from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "driveline.engines.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from driveline.engines.intake.imports import clearing  # noqa: F401  its step of the night
        from driveline.engines.intake.models import ImportBatch, ImportMapping, Intake
        from driveline.kit.scopes import RowRule, row_rule

        row_rule(Intake, RowRule(person="actor_id"))
        row_rule(ImportBatch, RowRule(person="user_id"))
        row_rule(ImportMapping, RowRule(person="user_id"))
