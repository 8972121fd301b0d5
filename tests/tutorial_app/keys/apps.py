from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "tests.tutorial_app.keys"
    label = "keys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tests.tutorial_app.keys import module

        module.connect()
