"""docs/api.md is true: every example of it is run against a server, by a shell, with curl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from driveline.core.models import Brand
from driveline.engines.followup.models import FollowUp, Task
from driveline.engines.intake.models import ImportBatch
from driveline.modules.leads.models import Lead
from tests.architecture.source import ROOT
from tests.factories import a_lead, a_source
from tests.programs import Program
from tests.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine"),
]

EXAMPLE = re.compile(r"<!-- answers: (\d{3}) -->\n```sh\n(.*?)```", re.S)


def test_the_examples_of_the_document_are_answered_as_it_says(
    world: World, live_server: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRIVELINE_NOW", "2019-03-05T12:00")
    settings.MEDIA_ROOT = tmp_path
    Brand.objects.create(name="大众", initials="dz")
    lead, second, followed = a_lead(world), a_lead(world), a_lead(world, owner=world.jingding)
    told = {
        "TOKEN": Program(world, world.jingding).made.secret,
        "HOST": live_server.url,
        "LEAD": str(lead.pk),
        "SECOND": str(second.pk),
        "SOURCE": str(a_source(world).pk),
        "USER_ID": str(world.gujia.pk),
        "TASK": str(Task.objects.get(pursuit=followed).pk),
    }
    examples = EXAMPLE.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))
    assert len(examples) == 11
    for status, line in examples:
        line = line.replace("curl ", "curl -s -w '\\n%{http_code}' ", 1)
        ran = subprocess.run(
            ["sh", "-c", line],
            env={"PATH": os.environ["PATH"], "NO_PROXY": "*", **told},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.splitlines()[-1] == status, ran.stdout
    lead.refresh_from_db()
    second.refresh_from_db()
    assert (lead.owner, second.phase, Lead.objects.count()) == (world.gujia, "closed", 5)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.counts["new"], batch.source.code) == ("done", 1, "other_web")
    assert FollowUp.objects.get().pursuit_id == followed.pk
