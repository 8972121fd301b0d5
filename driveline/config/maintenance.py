"""What several commands do before their own work: migrations and static files."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

STAMP = ".collected"


def pending_migrations() -> list[str]:
    """Names of the migrations that the database lacks, `app.name`, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate_all() -> int:
    """Apply every pending migration; the number of them."""
    pending = len(pending_migrations())
    if pending:
        from driveline.core import bulk
        from driveline.core.services.installation import seed_all

        call_command("migrate", interactive=False, verbosity=0)
        seed_all()  # a new version may bring permissions, roles and dictionaries
        bulk.count_anew()
    return pending


def collect_static() -> bool:
    """Collect and hash the static files; True, or False when nothing had changed since the last time."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path}\0{storage.size(path)}\0{storage.get_modified_time(path)}\0".encode())
    stamp = settings.STATIC_ROOT / STAMP
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest())
    return True
