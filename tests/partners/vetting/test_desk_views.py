import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partners.models import ApplicationState
from partners.vetting import actions
from portal.models import Identity
from tests import makers
from tests.partners.casting import apply_as_organisation, apply_as_volunteer, make_cast

pytestmark = pytest.mark.django_db


def queries_of(client, url) -> int:
    """How many questions the page asks."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_list_is_sorted_by_deadline_and_counts_by_state(client):
    cast = make_cast()
    first, second = apply_as_organisation(cast), apply_as_volunteer(cast)
    first.due_on, second.due_on = second.due_on.replace(year=2030), second.due_on
    first.save()
    page = makers.sign_in(client, cast.cadre).get("/desk/vetting/").content.decode()
    assert page.index(second.no) < page.index(first.no)
    assert "待审核，共 2 件" in page
    only = client.get("/desk/vetting/?state=submitted&kind=volunteer").content.decode()
    assert second.no in only
    assert first.no not in only


def test_the_list_asks_the_same_for_three_and_for_thirty(client):
    cast = make_cast()
    makers.sign_in(client, cast.bureau)
    for _row in range(2):
        apply_as_organisation(cast)
    apply_as_volunteer(cast)
    client.get("/desk/vetting/")
    few = queries_of(client, "/desk/vetting/")
    for row in range(27):
        apply_as_organisation(cast) if row % 2 else apply_as_volunteer(cast)
    assert queries_of(client, "/desk/vetting/") == few <= 20


# who, kind of application, status of the page
SIGHT = [
    ("cadre", 200),
    ("bureau", 200),
    ("other_cadre", 404),
    ("outsider", 404),
    ("applicant", 404),
]


@pytest.mark.parametrize(("who", "status"), SIGHT)
@pytest.mark.parametrize("apply", [apply_as_organisation, apply_as_volunteer])
def test_who_reads_an_application(client, who, status, apply):
    cast = make_cast()
    application = apply(cast)
    user = application.applicant if who == "applicant" else getattr(cast, who)
    makers.sign_in(client, user)
    assert client.get(f"/desk/vetting/{application.no}/").status_code == status


def test_a_second_account_of_a_member_is_on_the_applicants_side(client):
    cast = make_cast()
    application = apply_as_organisation(cast)
    identity = Identity.objects.create(name="同一人")
    member = makers.make_member(application.organisation.provider)
    for user in (member, cast.cadre):
        user.identity = identity
        user.save()
    page = makers.sign_in(client, cast.cadre).get(f"/desk/vetting/{application.no}/").content.decode()
    assert "要由别人来办" in page


@pytest.mark.parametrize(("who", "status"), [("cadre", 200), ("bureau", 200), ("outsider", 403)])
def test_who_reads_the_list(client, who, status):
    cast = make_cast()
    assert makers.sign_in(client, getattr(cast, who)).get("/desk/vetting/").status_code == status


# who, verb of the path, status of the answer
VERBS = [
    ("cadre", "check", 302),
    ("cadre", "approve", 404),
    ("cadre", "refuse", 404),
    ("other_cadre", "check", 404),
    ("outsider", "check", 404),
    ("bureau", "approve", 422),
    ("bureau", "return", 302),
]


@pytest.mark.parametrize(("who", "verb", "status"), VERBS)
def test_who_takes_which_step_by_its_address(client, who, verb, status):
    cast = make_cast()
    application = apply_as_organisation(cast)
    makers.sign_in(client, getattr(cast, who))
    data = {"version": application.version, "reason": "缺证书"}
    assert client.post(f"/desk/vetting/{application.no}/{verb}/", data).status_code == status


def test_a_step_is_never_taken_by_looking(client):
    cast = make_cast()
    application = apply_as_organisation(cast)
    makers.sign_in(client, cast.cadre)
    assert client.get(f"/desk/vetting/{application.no}/check/").status_code in (404, 405)
    application.refresh_from_db()
    assert application.checked_by is None


def test_the_whole_way_by_pages(client):
    cast = make_cast()
    application = apply_as_organisation(cast)
    url = f"/desk/vetting/{application.no}/"
    makers.sign_in(client, cast.cadre)
    assert "初审通过" in client.get(url).content.decode()
    assert (
        client.post(f"{url}check/", {"version": application.version, "reason": "材料齐"}).status_code == 302
    )
    application.refresh_from_db()
    makers.sign_in(client, cast.bureau)
    assert client.post(f"{url}approve/", {"version": application.version}).status_code == 302
    application.refresh_from_db()
    assert application.state == ApplicationState.APPROVED


def test_sending_back_without_a_reason_is_told_beside_the_field(client):
    cast = make_cast()
    application = apply_as_organisation(cast)
    makers.sign_in(client, cast.cadre)
    answer = client.post(f"/desk/vetting/{application.no}/return/", {"version": application.version})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["reason"]
    assert "请写明原因" in answer.content.decode()


def test_a_stale_answer_shows_the_present_state_and_keeps_the_words(client):
    cast = make_cast()
    application = apply_as_organisation(cast)
    version = application.version
    actions.check_application(application=application, by=cast.cadre)
    makers.sign_in(client, cast.bureau)
    answer = client.post(
        f"/desk/vetting/{application.no}/return/", {"version": version, "reason": "打了很久的一段话"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "打了很久的一段话" in page
    assert "初审通过，等县里审批" in page


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999"])
def test_a_broken_version_is_a_clear_no(client, version):
    cast = make_cast()
    application = apply_as_organisation(cast)
    makers.sign_in(client, cast.cadre)
    answer = client.post(f"/desk/vetting/{application.no}/check/", {"version": version, "reason": "话还在"})
    assert answer.status_code in (409, 422)
    assert "话还在" in answer.content.decode()


def test_the_desk_never_shows_a_whole_id_number(client):
    cast = make_cast()
    application = apply_as_volunteer(cast)
    page = makers.sign_in(client, cast.cadre).get(f"/desk/vetting/{application.no}/").content.decode()
    assert "430321195001010018" not in page
    assert "0018" in page


def test_a_minor_is_marked(client):
    cast = make_cast()
    from portal.base.identifiers import id_check_character

    first = "43032120100101001"
    application = apply_as_volunteer(cast, first + id_check_character(first))
    page = makers.sign_in(client, cast.cadre).get(f"/desk/vetting/{application.no}/").content.decode()
    assert "未满 18 周岁" in page


def test_the_desk_is_told_of_a_code_already_in_use(client):
    cast = make_cast()
    apply_as_organisation(cast)
    second = apply_as_organisation(cast)
    page = makers.sign_in(client, cast.cadre).get(f"/desk/vetting/{second.no}/").content.decode()
    assert "还有别的申请也填了这个代码" in page


def test_the_own_case_says_why_there_is_no_button(client):
    cast = make_cast()
    application = apply_as_volunteer(cast)
    cast.cadre.identity = application.applicant.identity
    cast.cadre.save()
    page = makers.sign_in(client, cast.cadre).get(f"/desk/vetting/{application.no}/").content.decode()
    assert "要由别人来办" in page
    assert "不通过" not in page
