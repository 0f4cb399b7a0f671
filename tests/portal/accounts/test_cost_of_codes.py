"""What the site and day spends on codes, with four processes that send at the same moment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from portal.accounts.codes import ask_code
from portal.accounts.phones import set_phone
from portal.models import PhoneCode
from tests import makers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
PROCESSES, WAITING, A_DAY = 4, 24, 10

# Each process is asked again and again for the job; the gateway is slow and writes down what it was paid for.
SENDER = """
import sys, time
import django
django.setup()
from portal.accounts import codes
from portal.base import worker

def gateway(channel, to, template, params, key):
    with open(sys.argv[1], "a") as paid:
        paid.write(key + "\\n")
    time.sleep(0.05)

taken = []
codes.send_now = gateway
off = sys.argv[2:]
send = codes.send_codes if "lease" in off else lambda: worker.run_job("send_codes")
if "shared_count" in off:
    codes.take = lambda limit, what: len(taken) < limit.most and not taken.append(what)
print("ready", flush=True)
sys.stdin.readline()
for _round in range(5):
    send()
    time.sleep(0.1)
"""


def send_at_once(paid, *off):
    """Four processes run the job of sending, perhaps with guards off; the keys of the messages that were paid for."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "SHARED_TEST_DATABASE": str(connection.settings_dict["NAME"]),
        "SMS_CODES_A_DAY": str(A_DAY),
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, str(paid), *off],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _n in range(PROCESSES)
    ]
    for process in running:
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
    assert {process.returncode for process in running} == {0}
    return paid.read_text().splitlines()


@pytest.fixture
def waiting():
    """Codes of many people who wait to be sent."""
    for n in range(WAITING):
        user = makers.make_user()
        set_phone(user, f"+86138{n:08d}")
        ask_code(phone=user.phone, address="198.51.100.7", purpose="login")


def test_four_processes_send_each_code_once_and_no_more_than_the_days_money(waiting, tmp_path):
    paid = send_at_once(tmp_path / "paid")
    assert len(paid) == len(set(paid)) == A_DAY
    assert not PhoneCode.objects.filter(sent_at=None).exists()


def test_without_the_lease_messages_are_paid_for_twice_but_no_more_than_the_days_money(waiting, tmp_path):
    paid = send_at_once(tmp_path / "paid", "lease")
    assert len(set(paid)) < len(paid) == A_DAY


def test_were_each_process_to_count_alone_the_day_would_cost_more(waiting, tmp_path):
    assert len(send_at_once(tmp_path / "paid", "lease", "shared_count")) > A_DAY
