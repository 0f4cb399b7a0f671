"""The figures of security.md 3.9 against four server processes behind one trusted proxy, without Redis.

Callers forge every header they can. Each figure has its control: the same crowd at a door whose guard is off.
"""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from portal.accounts import attempts, codes
from portal.accounts.codes import ask_code
from portal.accounts.phones import set_phone
from portal.models import AuditEvent, PhoneCode, Tally
from tests import makers
from tests.portal.accounts.hammer import AT_ONCE, Door, Spans, all_at_once, known_to, session_of_nobody
from tests.services.matching.crowd import servers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
UNGUARDED = "tests.portal.accounts.unguarded:application"
PASSWORD, PHONE, HERE = "a-long-password", "13800138000", "198.51.100.7"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Four processes that trust one proxy."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("TRUSTED_PROXY_COUNT", "1")
        with servers(threads=AT_ONCE // 4) as port:
            yield port


@pytest.fixture(scope="module")
def site_without(django_db_setup, django_db_blocker):
    """The same, but a request may name a guard that is off for it."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("TRUSTED_PROXY_COUNT", "1")
        with servers(application=UNGUARDED, threads=AT_ONCE // 4) as port:
            yield port


def compared():
    """How many passwords were really compared and found wrong."""
    return AuditEvent.objects.filter(verb="account.login_failed").count()


def addresses(many):
    """So many, each seen by the proxy itself."""
    return [f"198.51.{100 + n // 250}.{n % 250}" for n in range(many)]


# One account, many addresses.


def hunt(door, tries):
    """Wrong passwords for one account from a hundred addresses; returns how many were compared."""
    from_where = addresses(100)
    answers = all_at_once(
        [lambda n=n: door.log_in("hunted", f"wrong-{n}", address=from_where[n % 100]) for n in range(tries)]
    )
    assert {answer.status for answer in answers} == {422}
    return compared()


def test_a_thousand_wrong_passwords_from_a_hundred_addresses_are_five_and_the_owner_comes_in(site):
    user, door, spans = makers.make_user(username="hunted"), Door(site), Spans()
    assert hunt(door, 1000) in spans.turns(attempts.ACCOUNT)
    shut = door.log_in("hunted", PASSWORD, address="198.51.100.200")
    assert "次数太多" in shut.body
    own = door.log_in("hunted", PASSWORD, address="198.51.100.1", cookies=known_to(user))
    assert own.status == 302, "the browser that the owner used before counts for itself"
    Tally.objects.filter(key__startswith="login-").update(until=timezone.now())
    later = door.log_in("hunted", PASSWORD, address="198.51.100.200")
    assert later.status == 302, "five minutes on, from anywhere"


def test_were_each_process_to_count_alone_one_account_would_be_tried_more_often(site_without):
    makers.make_user(username="hunted")
    assert hunt(Door(site_without, off="shared_count"), 200) > attempts.ACCOUNT.most


def test_were_known_browsers_not_told_apart_the_owner_would_be_shut_out(site_without):
    user, door = makers.make_user(username="hunted"), Door(site_without, off="known_browser")
    hunt(door, 40)
    assert door.log_in("hunted", PASSWORD, address="198.51.100.1", cookies=known_to(user)).status == 422


# Many accounts, one address.


def spray(door, names):
    """One password on many names from one address, with another forged one each time; how many were compared."""
    before = compared()
    all_at_once(
        [
            lambda n=n: door.log_in(f"name-{n}", "wrong", address=f"203.0.{n // 250}.{n % 250}, {HERE}")
            for n in range(names)
        ]
    )
    return compared() - before


def test_one_password_on_many_accounts_is_tried_twenty_times_a_minute_whatever_headers_say(site):
    neighbour, door, spans = makers.make_user(username="neighbour"), Door(site), Spans()
    assert spray(door, 600) in spans.turns(attempts.ADDRESS)
    own = door.log_in("neighbour", PASSWORD, address=f"203.0.113.9, {HERE}", cookies=known_to(neighbour))
    assert own.status == 302, "the village behind the same address is not shut out"


def test_were_each_process_to_count_alone_or_callers_believed_one_password_would_be_tried_more_often(
    site_without,
):
    for guard in ("shared_count", "trusted_address"):
        assert spray(Door(site_without, off=guard), 120) > attempts.ADDRESS.most, guard


# Six digits: of the factor, and of a message.


def guess_factor(door):
    """The password is known: sixty guesses at the second factor from six sessions; returns how many were judged."""
    user = makers.make_user(username="hunted")
    TOTP.activate(user, generate_totp_secret())
    sessions = [door.log_in("hunted", PASSWORD, address=place).cookies for place in addresses(6)]
    answers = all_at_once(
        [
            lambda n=n: door.post(
                "/accounts/2fa/authenticate/", {"code": "000000"}, address=HERE, cookies=sessions[n % 6]
            )
            for n in range(60)
        ]
    )
    assert {answer.status for answer in answers} == {422}
    return sum("次数太多" not in answer.body for answer in answers)


def test_sixty_guesses_at_the_second_factor_are_five(site):
    spans = Spans()
    assert guess_factor(Door(site)) in spans.turns(attempts.FACTOR)


def test_were_each_process_to_count_alone_the_second_factor_would_be_guessed_more_often(site_without):
    assert guess_factor(Door(site_without, off="shared_count")) > attempts.FACTOR.most


def guess_digits(door):
    """Forty wrong guesses at one moment, then the right digits; returns the status of those."""
    user = makers.make_user()
    set_phone(user, PHONE)
    row = ask_code(phone=PHONE, address=HERE, purpose="login")
    wrong = "000000" if row.code != "000000" else "111111"
    session = session_of_nobody(phone_code=str(row.uid))
    path = "/accounts/code/enter/"
    answers = all_at_once([lambda: door.post(path, {"code": wrong}, address=HERE, cookies=session)] * 40)
    assert {answer.status for answer in answers} == {422}
    return door.post(path, {"code": row.code}, address=HERE, cookies=session).status


def test_forty_guesses_at_one_moment_are_five(site):
    assert guess_digits(Door(site)) == 422
    assert PhoneCode.objects.get().tries == codes.MOST_TRIES


def test_were_tries_read_and_written_forty_would_count_as_a_few(site_without):
    assert guess_digits(Door(site_without, off="counted_tries")) == 302


# What costs money.


def wish(door, phones, from_where):
    """Everybody wishes for digits at once; returns how many messages are to be sent."""
    all_at_once(
        [
            lambda n=n, phone=phone: door.post(
                "/accounts/code/", {"phone": phone, "way": "sms"}, address=from_where[n % len(from_where)]
            )
            for n, phone in enumerate(phones)
        ]
    )
    return PhoneCode.objects.filter(valid_to__gt=timezone.now()).count()


def test_a_flood_of_wishes_for_one_number_costs_one_message_a_minute_and_five_an_hour(site):
    spans, door, costs = Spans(), Door(site), []
    for _minute in range(7):
        costs.append(wish(door, [PHONE] * 40, addresses(40)))
        Tally.objects.filter(key__startswith="code-pause:").update(until=timezone.now())
    assert costs[0] in spans.turns(codes.NUMBER_PAUSE)
    assert costs[-1] == codes.NUMBER_HOUR.most


def test_one_address_gets_sixty_messages_an_hour_for_whatever_numbers_and_headers(site):
    forged = [f"{place}, {HERE}" for place in addresses(150)]
    assert wish(Door(site), [f"139{n:08d}" for n in range(150)], forged) == codes.ADDRESS_HOUR.most


def test_were_each_process_to_count_alone_or_callers_believed_one_address_would_cost_more(site_without):
    forged = [f"{place}, {HERE}" for place in addresses(200)]
    for guard, numbers in (("shared_count", "138{:08d}"), ("trusted_address", "139{:08d}")):
        PhoneCode.objects.all().delete()
        door, phones = Door(site_without, off=guard), [numbers.format(n) for n in range(200)]
        assert wish(door, phones, forged) > codes.ADDRESS_HOUR.most, guard


def test_were_each_process_to_count_alone_one_number_would_cost_more(site_without):
    assert wish(Door(site_without, off="shared_count"), [PHONE] * 40, addresses(40)) > 1


# Forms that anybody may hand in.


def hand_in(door, path):
    """Eighty empty forms from one address with forged headers; returns how many were looked at."""
    answers = all_at_once(
        [
            lambda place=place: door.post(path, {"x": "1"}, address=f"{place}, {HERE}")
            for place in addresses(80)
        ]
    )
    return sum(answer.status != 429 for answer in answers)


def test_one_address_hands_in_twenty_forms_a_minute(site):
    spans = Spans()
    joined = hand_in(Door(site), "/join/volunteer/") + hand_in(Door(site), "/join/agency/")
    assert joined in spans.turns(attempts.JOIN), "both count together"
    assert hand_in(Door(site), "/activate/") in spans.turns(attempts.ACTIVATE)


def test_were_each_process_to_count_alone_or_callers_believed_it_would_hand_in_more(site_without):
    for guard in ("shared_count", "trusted_address"):
        assert hand_in(Door(site_without, off=guard), "/join/volunteer/") > attempts.JOIN.most, guard
