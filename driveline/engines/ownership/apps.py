from django.apps import AppConfig


class OwnershipConfig(AppConfig):
    name = "driveline.engines.ownership"
    label = "ownership"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from driveline.core.access import work_counter
        from driveline.engines.ownership import leavers, sweep
        from driveline.engines.ownership.models import ArrivalRule
        from driveline.engines.ownership.services import work_left
        from driveline.kit.scopes import RowRule, row_rule

        row_rule(ArrivalRule, RowRule())
        work_counter(work_left)
        leavers.connect()
        sweep.connect()
