"""A document takes the place of another: the chain, what is shown, and the shelves of the library."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from content.models import PolicyPage, PolicySuccession
from content.pages.actions import import_notice
from partners.models import Region
from portal.base import public_stamp
from portal.models import User
from tests import makers
from tests.content.policy_source import NOTICES, YUNXI

NUMBER, DAY = "云溪县政办发〔2025〕6号", "2025年3月18日"


@pytest.fixture
def newer(plan):
    """The next version: a later number and day, one clause reworded, one gone, the numbers kept."""
    text = YUNXI.read_text("utf-8").replace(NUMBER, "云溪县政办发〔2026〕3号").replace(DAY, "2026年2月1日")
    text = text.replace("困难学生的助学金不用家长跑", "困难学生的助学金直接发放")
    return import_notice(text=text[: text.index("（三）加强监督检查")], publish=True).page


@pytest.fixture
def step(plan, newer):
    return PolicySuccession.objects.create(older=plan, newer=newer, from_day=date(2026, 3, 1))


def test_the_chain_is_told_on_both_documents(client, plan, newer, step):
    old, new = (client.get(path).content.decode() for path in ("/policies/2025-6/", "/policies/2026-3/"))
    assert "已废止" in old and 'href="/policies/2026-3/changes/"' in old
    assert 'href="/policies/2025-6/"' in new and "从 2026年3月1日 起接替" in new


@pytest.mark.parametrize("path", ["/policies/2025-6/", "/policies/2026-3/", "/policies/2026-3/changes/"])
def test_a_document_in_a_chain_needs_few_queries(client, step, django_assert_max_num_queries, path):
    client.get(path)
    with django_assert_max_num_queries(12):
        assert client.get(path).status_code == 200


def test_what_changed_is_told_clause_by_clause(client, step):
    html = client.get("/policies/2026-3/changes/").content.decode()
    assert '<a lang="zh-Hans" href="../#item4">4．健全教育救助制度。</a>' in html
    assert "<del>" in html and "<ins>" in html
    assert 'href="/policies/2025-6/#s3-3"' in html
    assert 'href="../#item5"' not in html


def test_a_newer_version_keeps_the_anchors_of_what_stayed(plan, newer):
    assert set(newer.clauses.values_list("anchor", flat=True)) < set(
        plan.clauses.values_list("anchor", flat=True)
    )


def test_a_draft_successor_is_not_shown(client, step, newer):
    newer.unpublish()
    html = client.get("/policies/2025-6/").content.decode()
    assert "2026-3" not in html
    assert client.get("/policies/2026-3/changes/").status_code == 404


def test_a_document_has_one_successor(step, plan, newer):
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicySuccession.objects.create(older=plan, newer=newer, from_day=date(2026, 4, 1))


def test_a_chain_cannot_become_a_circle(step, plan, newer):
    back = PolicySuccession(older=newer, newer=plan, from_day=date(2026, 4, 1))
    with pytest.raises(ValidationError, match="选反"):
        back.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        back.save()


def test_a_document_does_not_replace_itself(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicySuccession.objects.create(older=plan, newer=plan, from_day=date(2026, 4, 1))


def test_a_successor_does_not_begin_before_it_was_written(plan, newer):
    early = PolicySuccession(older=plan, newer=newer, from_day=date(2026, 1, 31))
    with pytest.raises(ValidationError, match="早于"):
        early.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        early.save()


def test_a_date_that_would_turn_the_chain_round_is_refused_and_another_goes_into_the_chain(step, newer):
    newer.refresh_from_db()
    newer.written_on = date(2025, 1, 1)
    with pytest.raises(ValidationError, match="先后"):
        newer.full_clean()
    newer.written_on = date(2026, 2, 2)
    newer.save_revision().publish()
    step.refresh_from_db()
    assert step.newer_written_on == date(2026, 2, 2)


def test_a_successor_makes_kept_pages_old(plan, newer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as entering:
        step = PolicySuccession.objects.create(older=plan, newer=newer, from_day=date(2026, 3, 1))
    first = public_stamp.current()
    with django_capture_on_commit_callbacks(execute=True) as leaving:
        step.delete()
    assert entering and leaving and first != public_stamp.current()


def test_an_editor_enters_the_chain_in_the_cms(client, plan, newer):
    makers.sign_in(client, makers.make_post("editor", Region.objects.get(level="county")))
    form = {"older": plan.pk, "newer": newer.pk, "ending": "repealed", "from_day": "2026-03-01"}
    address = "/cms/snippets/content/policysuccession/add/"
    assert client.post(address, form | {"from_day": "2026-01-01"}).status_code == 200
    assert PolicySuccession.objects.count() == 0
    assert client.post(address, form).status_code == 302
    assert PolicySuccession.objects.get().older_id == plan.pk


def test_a_stranger_cannot_enter_the_chain(client, plan, newer):
    client.force_login(User.objects.create(username="qita", name="别人"))
    form = {"older": plan.pk, "newer": newer.pk, "ending": "repealed", "from_day": "2026-03-01"}
    client.post("/cms/snippets/content/policysuccession/add/", form)
    assert PolicySuccession.objects.count() == 0


def test_numbers_sort_by_agency_year_and_serial_as_numbers(client, plan):
    text = YUNXI.read_text("utf-8")
    for serial in ("11", "9"):
        import_notice(text=text.replace("〔2025〕6号", f"〔2025〕{serial}号"), publish=True)
    shown = client.get("/policies/", {"order": "number"}).context["policies"]
    assert [page.number_serial for page in shown] == [6, 9, 11]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"topic": "school"}, {"2025-6", "2026-3"}),
        ({"topic": "care"}, {"2025-6", "2026-3"}),
        ({"unit": "县纪委监委"}, {"2025-6"}),
        ({"year": "2026"}, {"2026-3"}),
        ({"validity": "repealed"}, {"2025-6"}),
        ({"validity": "unconfirmed"}, {"2026-3"}),
        ({"year": "2026", "unit": "县纪委监委"}, set()),
        ({"year": "1066", "topic": "nonsense"}, {"2025-6", "2026-3"}),
    ],
)
def test_the_library_is_filtered_by_topic_unit_year_and_validity(client, step, chosen, found):
    answer = client.get("/policies/", chosen)
    assert answer.status_code == 200
    assert {page.slug for page in answer.context["policies"]} == found


def test_the_filtered_library_asks_the_same_for_two_documents_and_for_eight(
    client, step, django_assert_num_queries
):
    chosen = {"topic": "school", "unit": "县教育局"}
    client.get("/policies/", chosen)
    with CaptureQueriesContext(connection) as few:
        client.get("/policies/", chosen)
    asked = len(few.captured_queries)
    for path in NOTICES[:5]:
        import_notice(text=path.read_text("utf-8"), publish=True)
    client.get("/policies/")
    assert 0 < asked <= 12
    with django_assert_num_queries(asked):
        client.get("/policies/", chosen)


def test_an_old_local_document_waits_for_an_editor_to_confirm_it(client, plan):
    PolicyPage.objects.filter(pk=plan.pk).update(validity="in_force", written_on=date(2019, 1, 1))
    assert "效力待确认" in client.get("/policies/2025-6/").content.decode()
    PolicyPage.objects.filter(pk=plan.pk).update(validity_confirmed_on=date(2025, 1, 1))
    assert "现行有效" in client.get("/policies/2025-6/").content.decode()
