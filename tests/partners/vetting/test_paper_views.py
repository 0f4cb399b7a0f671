"""The pages of papers: the party hands in, the office answers, nobody else sees anything."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from partners.models import Membership, Paper, PaperState, Provider, Requirement
from portal.models import AuditEvent
from tests import makers
from tests.partners.casting import (
    apply_as_volunteer,
    approved_organisation,
    make_cast,
    make_paper,
    make_requirement,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
CANARY = "JINSIQUE-7741"


def photo(name: str = "证件.jpg") -> SimpleUploadedFile:
    """A small picture as a phone would send it."""
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def scene():
    """An approved organisation with a worker, of whom a health certificate is asked."""
    cast = make_cast()
    application = approved_organisation(cast)
    worker = makers.make_member(application.organisation.provider)
    make_requirement("worker", "health", validity="months", months=12)
    return cast, application.applicant, worker, Membership.objects.get(user=worker)


def test_a_worker_hands_in_with_a_photo_and_the_township_looks_and_accepts(client):
    cast, manager, worker, member = scene()
    makers.sign_in(client, worker)
    assert "还没交" in client.get("/me/papers/").content.decode()
    data = {"issued_on": TODAY.isoformat(), "number": CANARY, "file": photo()}
    answer = client.post(f"/me/papers/{member.no}/health/", data)
    assert answer.status_code == 302
    paper = Paper.objects.get()
    assert (paper.state, paper.document.pages.count(), paper.person) == (PaperState.HANDED_IN, 1, worker)
    assert "等审核" in client.get("/me/papers/").content.decode()
    assert client.get(f"/papers/{paper.no}/1/").status_code == 200
    assert not AuditEvent.objects.filter(verb="paper.looked_at").exists()
    makers.sign_in(client, cast.cadre)
    assert CANARY in client.get(f"/desk/vetting/papers/{paper.no}/").content.decode()
    assert client.get(f"/papers/{paper.no}/1/").status_code == 200
    assert client.get(f"/papers/{paper.no}/2/").status_code == 404
    assert AuditEvent.objects.filter(verb="paper.looked_at", actor=cast.cadre).count() == 1
    assert client.post(f"/desk/vetting/papers/{paper.no}/accept/", {"version": 1}).status_code == 302
    assert client.post(f"/desk/vetting/papers/{paper.no}/accept/", {"version": 1}).status_code == 422


def test_a_mistake_beside_the_photo_does_not_lose_the_photo(client):
    _cast, _manager, worker, member = scene()
    makers.sign_in(client, worker)
    path = f"/me/papers/{member.no}/health/"
    answer = client.post(path, {"issued_on": "2099-01-01", "file": photo()})
    assert answer.status_code == 422
    kept = answer.context["form"].data["kept"]
    assert kept
    assert client.post(path, {"issued_on": TODAY.isoformat(), "kept": kept}).status_code == 302
    assert Paper.objects.get().document is not None


def test_what_is_no_picture_is_refused_beside_the_field_and_nothing_is_stored(client):
    _cast, _manager, worker, member = scene()
    makers.sign_in(client, worker)
    sent = SimpleUploadedFile("x.jpg", b"MZ not a picture", "image/jpeg")
    answer = client.post(f"/me/papers/{member.no}/health/", {"issued_on": TODAY.isoformat(), "file": sent})
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert not Paper.objects.exists()


def test_the_manager_hands_in_for_a_worker(client):
    _cast, manager, _worker, member = scene()
    makers.sign_in(client, manager)
    answer = client.post(f"/me/papers/{member.no}/health/", {"issued_on": TODAY.isoformat()})
    assert answer.status_code == 302
    assert Paper.objects.get().handed_in_by == manager


@pytest.mark.parametrize("code", ["unknown", "registration"])
def test_what_is_not_asked_or_not_handed_in_by_hand_is_no_page(client, code):
    _cast, _manager, worker, member = scene()
    makers.sign_in(client, worker)
    assert client.get(f"/me/papers/{member.no}/{code}/").status_code == 404
    assert client.get(f"/me/papers/{member.no}/health/").status_code == 200


def test_papers_are_seen_by_those_who_decide_and_their_owner_and_by_no_one_else(client):
    cast = make_cast()
    mine, other = (
        apply_as_volunteer(cast, n).volunteer for n in ("430321195001010018", "430321195001010026")
    )
    paper = make_paper("identity", volunteer=mine, state="handed_in", number=CANARY, issuer=CANARY)
    pages = [
        "/me/papers/", f"/me/papers/{mine.no}/", f"/papers/{paper.no}/1/", "/desk/vetting/papers/",
        f"/desk/vetting/papers/{paper.no}/", "/desk/vetting/partners/?kind=volunteer", f"/desk/vetting/partners/{mine.no}/", "/desk/vetting/",
    ]  # fmt: skip
    insider = makers.make_member(makers.make_provider(), role="manager")
    for stranger in (other.user, cast.other_cadre, cast.outsider, insider):
        makers.sign_in(client, stranger)
        answers = {page: client.get(page) for page in pages}
        assert [page for page, answer in answers.items() if CANARY in answer.content.decode()] == []
        told = [page for page, answer in answers.items() if paper.no in answer.content.decode()]
        assert [page for page in told if paper.no not in page] == []
        assert answers[f"/desk/vetting/papers/{paper.no}/"].status_code in (403, 404)
        assert answers[f"/me/papers/{mine.no}/"].status_code == 404
    makers.sign_in(client, cast.cadre)
    assert CANARY in client.get(f"/desk/vetting/papers/{paper.no}/").content.decode()


def test_what_only_the_bureau_may_see_the_township_does_not(client):
    cast, _manager, worker, member = scene()
    Requirement.objects.filter(code="health").update(shown_to="bureau", decided_by="bureau")
    paper = make_paper("health", membership=member, state="handed_in", handed_in_by=worker)
    found = {}
    for who in ("cadre", "bureau"):
        makers.sign_in(client, getattr(cast, who))
        found[who] = client.get(f"/desk/vetting/papers/{paper.no}/").status_code
    assert found == {"cadre": 404, "bureau": 200}


@pytest.mark.parametrize(
    "path", ["/desk/vetting/papers/", "/desk/vetting/partners/", "/desk/vetting/partners/?standing=valid"]
)
def test_the_lists_ask_as_little_for_thirty_rows_as_for_three(client, path, django_assert_max_num_queries):
    cast = make_cast()
    make_requirement("organisation", "cover", validity="date")
    makers.sign_in(client, cast.bureau)
    client.get(path)
    used = []
    for count in (3, 27):
        for _row in range(count):
            provider = makers.make_provider(home=cast.town)
            make_paper("cover", provider=provider, state="handed_in")
        with django_assert_max_num_queries(20) as queries:
            client.get(path)
        used.append(len(queries))
    assert used[0] == used[1]


def test_the_desk_stops_a_partner_and_lets_it_go_on(client):
    cast, _manager, _worker, _member = scene()
    provider = Provider.objects.get(name__startswith="测试社工中心")
    makers.sign_in(client, cast.bureau)
    path = f"/desk/vetting/partners/{provider.no}"
    assert client.post(f"{path}/suspend/", {"at_once": "now"}).status_code == 422
    why = {"ground": "合同", "reason": "漏访", "appeal": "可复议", "at_once": "now"}
    assert client.post(f"{path}/suspend/", why).status_code == 302
    shown = client.get(f"{path}/").content.decode()
    assert "已停用" in shown
    assert f"{path}/lift/" in shown
    assert client.post(f"{path}/lift/").status_code == 302
    assert f"{path}/lift/" not in client.get(f"{path}/").content.decode()
    later = why | {"at_once": "day", "start_on": TODAY.isoformat()}
    assert client.post(f"{path}/suspend/", later).status_code == 422
    later["start_on"] = (TODAY + timedelta(days=2)).isoformat()
    assert client.post(f"{path}/suspend/", later).status_code == 302


def test_a_requirement_is_changed_only_after_its_effect_was_shown(client):
    cast, _manager, _worker, _member = scene()
    makers.sign_in(client, cast.bureau)
    data = {
        "party": "organisation", "sort": "paper", "code": "cover", "name_zh": "公众责任险", "validity": "date",
        "decided_by": "bureau", "shown_to": "township", "source": "合同", "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    shown = client.post("/desk/vetting/requirements/add/", data)
    assert shown.status_code == 200
    assert "测试社工中心" in shown.content.decode()
    assert not Requirement.objects.filter(code="cover").exists()
    seen = shown.context["form"].data["seen"]
    assert client.post("/desk/vetting/requirements/add/", data | {"seen": "0" * 16}).status_code == 422
    assert client.post("/desk/vetting/requirements/add/", data | {"seen": seen}).status_code == 302
    row = Requirement.objects.get(code="cover")
    assert client.post("/desk/vetting/requirements/add/", data).status_code == 422
    tomorrow = {"valid_from": (TODAY + timedelta(days=1)).isoformat()}
    shown = client.post(f"/desk/vetting/requirements/{row.no}/end/", tomorrow)
    done = tomorrow | {"seen": shown.context["form"].data["seen"]}
    assert client.post(f"/desk/vetting/requirements/{row.no}/end/", done).status_code == 302
    assert client.get(f"/desk/vetting/requirements/{row.no}/end/").status_code == 404
    assert "公众责任险" in client.get("/desk/vetting/requirements/").content.decode()


FAULTY = [
    ({"validity": "months"}, "months"),
    ({"organisation_kind": "enterprise"}, "organisation_kind"),
    ({"sort": "register", "code": "nothing"}, "code"),
    ({"sort": "training", "code": "nothing"}, "code"),
    ({"sort": "check", "validity": "date"}, "validity"),
    ({"valid_from": "2020-01-01"}, "valid_from"),
]


@pytest.mark.parametrize(("more", "field"), FAULTY)
def test_a_requirement_that_could_never_be_met_is_refused_beside_its_field(client, more, field):
    cast = make_cast()
    makers.sign_in(client, cast.bureau)
    data = {
        "party": "volunteer", "sort": "paper", "code": "x", "name_zh": "某", "validity": "lasting",
        "decided_by": "bureau", "shown_to": "township", "source": "合同", "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    answer = client.post("/desk/vetting/requirements/add/", data | more)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert client.post("/desk/vetting/requirements/add/", data).status_code == 200
