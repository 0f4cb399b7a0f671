"""The addresses that the demo names for one household: open to its agency, shut to the other as if they never were."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from portal.base.pictures import store_picture
from portal.management.commands.seed_demo import demo_paths
from services.models import PlannedState, VisitPhoto, VisitRecord
from tests import makers

pytestmark = pytest.mark.django_db
CHANGING = re.compile(rb"nonce=\"[^\"]*\"|value=\"[A-Za-z0-9]{64}\"")


@pytest.fixture
def people():
    task = makers.make_task(makers.make_need(makers.make_household(), state="placed"), state="live")
    manager = makers.make_member(task.provider, "manager", makers.make_user(username="manager-tonghe"))
    worker = makers.make_member(task.provider, user=makers.make_user(username="worker-tonghe"))
    other = makers.make_member(
        makers.make_provider(), "manager", makers.make_user(username="manager-nuanlin")
    )
    at = timezone.now() - timedelta(days=1)
    planned = makers.make_planned(
        makers.make_assignment(task, worker), starts_at=at, state=PlannedState.RECORDED
    )
    record = VisitRecord.objects.create(
        no="R-1", planned=planned, author=worker, epoch=1, started_at=at, ended_at=at + timedelta(hours=1),
        payload_hash="0" * 64, receipt="0" * 64,
    )  # fmt: skip
    data = io.BytesIO()
    Image.new("RGB", (64, 64), (9, 9, 9)).save(data, "JPEG")
    picture = SimpleUploadedFile("x.jpg", data.getvalue(), "image/jpeg")
    VisitPhoto.objects.create(record=record, file=store_picture(picture, kind="visit_photo", by=worker))
    return {"manager": manager, "other": other}


def plain(answer, url: str) -> bytes:
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for part in url.strip("/").split("/"):
        if re.search(r"\d", part):
            text = text.replace(part.encode(), b"#")
    return CHANGING.sub(b"", text)


def test_the_agency_opens_every_one_of_them(people):
    client = makers.sign_in(Client(), people["manager"])
    paths = demo_paths()
    assert len(paths["household_of_tonghe"]) == len(paths["household_never"]) > 10
    assert {url: client.get(url).status_code for url in paths["household_of_tonghe"]} == dict.fromkeys(
        paths["household_of_tonghe"], 200
    )


def test_another_agency_cannot_tell_them_from_numbers_that_never_were(people):
    client = makers.sign_in(Client(), people["other"])
    paths = demo_paths()
    for real, never in zip(paths["household_of_tonghe"], paths["household_never"], strict=True):
        there, nowhere = client.get(real), client.get(never)
        assert there.status_code == nowhere.status_code == 404, real
        assert plain(there, real) == plain(nowhere, never), real
