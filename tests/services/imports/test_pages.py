"""The pages of files: brought, matched, checked, entered; refusals beside their field; who may take what."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.base.models import AuditEvent
from services.imports import jobs
from services.models import BatchState, Household, ImportBatch, Likeness, LikenessState, PersonCategory
from tests import makers
from tests.services.imports.files import as_csv, person
from tests.services.imports.test_import import bring

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return makers.make_region(name="古城村")


@pytest.fixture
def cadre(village):
    return makers.make_post("township_cadre", village.parent)


@pytest.fixture
def client(cadre):
    return makers.sign_in(Client(), cadre)


def send(client, village, raw, name="名册.csv"):
    return client.post(
        reverse("services:imports:new"),
        {"office": village.parent.code, "file": SimpleUploadedFile(name, raw)},
    )


def test_a_register_goes_the_whole_way_by_pages(client, village):
    rows = [person(1, "古城村"), person(2, "别处村", name="罗满秀")]
    response = send(client, village, as_csv(rows, encoding="gb18030"))
    batch = ImportBatch.objects.get()
    columns = reverse("services:imports:columns", args=[batch.no])
    assert response["Location"] == columns
    assert client.get(columns)["Refresh"]
    jobs.work()
    page = client.get(columns)
    form = page.context["form"]
    assert form["column_1"].initial == "id_number" and "****" in form["column_1"].help_text
    response = client.post(columns, {name: form[name].initial for name in form.fields})
    detail = reverse("services:imports:detail", args=[batch.no])
    assert response["Location"] == detail
    assert client.get(detail)["Refresh"]
    jobs.work()
    shown = client.get(detail)
    assert "第 3 行" in shown.text and "没有这个村" in shown.text and "Refresh" not in shown
    client.post(reverse("services:imports:apply", args=[batch.no]))
    jobs.work()
    batch.refresh_from_db()
    assert (batch.state, Household.objects.count()) == (BatchState.DONE, 1)
    assert "新建 1 人" in client.get(detail).text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为 .xlsx"),
        ("姓名,村".encode(), "只有表头"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_beside_the_field(client, village, raw, words):
    response = send(client, village, raw)
    assert response.status_code == 422
    assert words in response.text
    assert not ImportBatch.objects.exists()


def test_the_result_file_has_the_mistakes_beside_the_rows(client, cadre, village):
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村"), person(2, "别处村", name="罗满秀")]))
    url = reverse("services:imports:result", args=[batch.no])
    text = client.post(url).content.decode("utf-8-sig").splitlines()
    assert text[0].endswith("结果,怎么改") and text[1].startswith("2,周桂英") and "没问题" in text[1]
    assert "要改" in text[2] and "没有这个村" in text[2]
    assert len(client.post(url, {"only": "bad"}).content.decode("utf-8-sig").splitlines()) == 2
    assert AuditEvent.objects.filter(verb="import.result_taken", object_no=batch.no).count() == 2


def test_a_colleague_sees_the_counts_but_not_the_cells(cadre, village):
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村")]), write=False)
    other = makers.sign_in(Client(), makers.make_post("township_cadre", village.parent))
    assert other.get(reverse("services:imports:detail", args=[batch.no])).status_code == 200
    for name in ("result", "apply", "stop"):
        assert other.post(reverse(f"services:imports:{name}", args=[batch.no])).status_code == 404
    stranger = makers.sign_in(Client(), makers.make_post("township_cadre", makers.make_region("township")))
    assert stranger.get(reverse("services:imports:detail", args=[batch.no])).status_code == 404


def test_a_file_can_be_stopped(client, cadre, village):
    batch = bring(cadre, village.parent, as_csv([person(1, "古城村")]), write=False)
    client.post(reverse("services:imports:stop", args=[batch.no]))
    batch.refresh_from_db()
    assert (batch.state, batch.stopped_why) == (BatchState.STOPPED, "by_person")
    client.post(reverse("services:imports:apply", args=[batch.no]))
    batch.refresh_from_db()
    assert batch.state == BatchState.STOPPED and not Household.objects.exists()


@pytest.fixture
def pair(cadre, village):
    bring(cadre, village.parent, as_csv([person(1, "古城村", name="周桂英")]))
    bring(cadre, village.parent, as_csv([person(2, "古城村", name="周桂银")]))
    return Likeness.objects.get()


@pytest.mark.parametrize("verdict", ["same", "different"])
def test_a_person_decides_side_by_side_and_nothing_stops(client, pair, verdict):
    url = reverse("services:imports:likeness", args=[pair.no])
    page = client.get(url).text
    assert "周桂英" in page and "周桂银" in page and pair.one.id_number not in page
    before = list(PersonCategory.objects.order_by("pk").values())
    client.post(url, {"verdict": verdict})
    pair.refresh_from_db()
    assert pair.state == verdict
    assert before == list(PersonCategory.objects.order_by("pk").values())
    client.post(url, {"verdict": "same" if verdict == "different" else "different"})
    pair.refresh_from_db()
    assert pair.state == verdict


def test_without_a_choice_nothing_is_decided(client, pair):
    client.post(reverse("services:imports:likeness", args=[pair.no]), {"verdict": "maybe"})
    pair.refresh_from_db()
    assert pair.state == LikenessState.OPEN


def test_a_merge_of_two_alike_takes_their_pair_along(cadre, pair):
    from services.recipients.merging import MergeFacts, merge_households

    kept, gone = pair.other.household, pair.one.household
    merge_households(
        by=cadre, kept=kept, gone=gone, versions=(kept.version, gone.version),
        facts=MergeFacts("同一人，名字写错", {pair.one: pair.other}),
    )  # fmt: skip
    assert not Likeness.objects.exists()
