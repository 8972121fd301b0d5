"""Files are what their content says, and visible to whoever sees their row."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from driveline.core import attachments
from driveline.core.attachments import (
    Subject,
    attach,
    attachment_for,
    attachment_subject,
    attachments_of,
    clean_name,
    deletable,
    detach,
    sniff,
)
from driveline.core.downloads import attachment_response
from driveline.core.models import Attachment, AuditEntry
from driveline.kit.errors import Conflict, Forbidden, Invalid

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 20


def workbook(*extra: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", *extra):
            archive.writestr(name, "x")
    return buffer.getvalue()


def plain_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "png"),
        (JPG, "jpg"),
        (b"GIF89a....", "gif"),
        (b"%PDF-1.7\n", "pdf"),
        (workbook(), "xlsx"),
        (workbook("xl/vbaProject.bin"), None),
        (plain_zip(), None),
        (b"PK\x03\x04 broken", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"<html><script>", None),
        (b"MZ\x90\x00", None),
        (b"", None),
    ],
)
def test_the_content_says_what_a_file_is(data: bytes, kind: str | None) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("报价 单.PNG", "报价 单.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\x\\evil.html", "evil.png"),
        ("a\r\nb.png", "ab.png"),
        ("x" * 300 + ".png", "x" * 140 + ".png"),
        ('a"b<c>.png', "abc.png"),
    ],
)
def test_names_are_made_harmless(name: str, clean: str) -> None:
    assert clean_name(name, "png") == clean


@pytest.fixture
def subject(world) -> Iterator[int]:
    """Rows of a kind of which store A sees number 7, and managers may add to it."""
    attachment_subject(
        Subject(
            "test.row",
            may_see=lambda actor, pk: pk == 7 and actor.store_id == world.a.pk,
            may_add=lambda actor, pk: actor.can("leads.assign"),
            types=frozenset({"jpg", "png"}),
            max_bytes=1024 * 1024,
            max_count=2,
        )
    )
    yield 7
    del attachments._subjects["test.row"]


def upload(data: bytes = PNG, name: str = "报价.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def test_a_file_is_kept_with_its_row(world, subject) -> None:
    actor = world.actor(world.jingding)
    kept = attach(actor, "test.row", subject, upload())
    assert (kept.name, kept.content_type, kept.size) == ("报价.png", "image/png", len(PNG))
    assert kept.sha256 == "".join(f"{b:02x}" for b in __import__("hashlib").sha256(PNG).digest())
    assert kept.file.name.endswith(".png")
    assert "报价" not in kept.file.name
    assert kept.file.open("rb").read() == PNG
    assert attachments_of(world.actor(world.gujia), "test.row", subject) == [kept]
    assert AuditEntry.objects.get(action="attachment.add").object_id == 7


def test_who_does_not_see_the_row_does_not_see_its_files(world, subject) -> None:
    kept = attach(world.actor(world.jingding), "test.row", subject, upload())
    stranger = world.actor(world.jingchen)
    assert attachments_of(stranger, "test.row", subject) == []
    with pytest.raises(Attachment.DoesNotExist):
        attachment_for(stranger, kept.pk)
    with pytest.raises(Http404):
        attachment_response(stranger, kept.pk)
    with pytest.raises(Attachment.DoesNotExist):
        attach(stranger, "test.row", subject, upload())
    with pytest.raises(Forbidden):
        attach(world.actor(world.gujia), "test.row", subject, upload())
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", PNG + b"\x00" * 1024 * 1024, b"GIF89a....", b"<html>", workbook()],
    ids=lambda d: str(len(d)),
)
def test_what_is_not_taken(world, subject, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        attach(world.actor(world.jingding), "test.row", subject, upload(data))
    assert list(refused.value.errors) == ["file"]
    assert Attachment.objects.count() == 0


def test_one_too_many_is_refused(world, subject) -> None:
    actor = world.actor(world.jingding)
    attach(actor, "test.row", subject, upload())
    attach(actor, "test.row", subject, upload(JPG, "b.png"))
    with pytest.raises(Invalid):
        attach(actor, "test.row", subject, upload())
    assert [a.name for a in attachments_of(actor, "test.row", subject)] == ["报价.png", "b.jpg"]


def test_a_download_can_do_no_harm_in_the_browser(world, subject) -> None:
    actor = world.actor(world.jingding)
    kept = attach(actor, "test.row", subject, upload())
    response = attachment_response(actor, kept.pk)
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert attachment_response(actor, kept.pk, inline=True)["Content-Disposition"].startswith("inline;")


def test_who_added_a_file_may_delete_it_and_nobody_else(
    world, subject, django_capture_on_commit_callbacks
) -> None:
    jingding, director = world.actor(world.jingding), world.actor(world.who("sales_director"))
    kept = attach(jingding, "test.row", subject, upload())
    name = kept.file.name
    assert deletable(director, "test.row", [kept]) == set()
    for stranger in (director, world.actor(world.jingchen)):
        with pytest.raises(Forbidden):
            detach(stranger, kept)
    assert kept.file.storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        detach(jingding, kept)
    assert Attachment.objects.count() == 0
    assert not kept.file.storage.exists(name)
    assert AuditEntry.objects.get(action="attachment.delete").detail["name"] == "报价.png"


def test_who_deletes_a_file_second_is_told_and_nothing_is_noted_twice(world, subject) -> None:
    jingding = world.actor(world.jingding)
    kept = attach(jingding, "test.row", subject, upload())
    detach(jingding, kept)
    with pytest.raises(Conflict, match="刚刚删除了这个文件"):
        detach(jingding, kept)
    assert AuditEntry.objects.filter(action="attachment.delete").count() == 1
