import re
from pathlib import Path

import pytest

import partners
from partners.models import Post
from partners.network.actions import appoint
from portal.base import topics
from portal.models import OutboxMessage
from portal.permissions.hats import forget_hats
from tests import makers
from tests.partners.casting import apply_as_organisation, make_cast

POSTED = re.compile(r'(?:post|tell)\([^"]+, "([a-z_]+)"|topic="([a-z_]+)"')


def posted_topics() -> set[str]:
    """Every topic that the code of the partners writes."""
    root = Path(partners.__file__).parent
    found = [pair for path in root.rglob("*.py") for pair in POSTED.findall(path.read_text())]
    return {one or other for one, other in found}


def test_every_topic_that_is_posted_has_words():
    posted = posted_topics()
    assert len(posted) >= 20
    assert posted <= topics.known()


@pytest.mark.django_db
def test_a_checker_who_lost_the_post_is_not_told_any_more():
    cast = make_cast()
    application = apply_as_organisation(cast)
    message = OutboxMessage.objects.get(topic="application_to_check", object_no=application.no)
    assert topics.may_receive(cast.cadre, message)
    Post.objects.filter(user=cast.cadre).update(
        valid_to=cast.cadre.date_joined, valid_from=cast.cadre.date_joined
    )
    forget_hats(cast.cadre)
    assert not topics.may_receive(cast.cadre, message)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("topic", "path"),
    [("application_received", "/join/status/"), ("application_to_check", "/desk/vetting/")],
)
def test_a_message_says_the_number_and_leads_to_the_page(topic, path):
    cast = make_cast()
    application = apply_as_organisation(cast)
    message = OutboxMessage.objects.get(topic=topic, object_no=application.no)
    assert application.no in topics.words_of(message)
    assert topics.link_of(message).startswith(path)


@pytest.mark.django_db
def test_the_message_of_a_post_is_for_its_holder_alone():
    cast = make_cast()
    user = makers.make_user()
    appoint(user=user, role="township_cadre", region=cast.town, by=cast.bureau)
    message = OutboxMessage.objects.get(topic="post_given")
    assert topics.may_receive(user, message)
    assert not topics.may_receive(cast.outsider, message)
