"""A budget for fifty lines under two hundred draw-downs gives exactly fifty."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from tests import makers

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[3]
PROCESSES, EACH = 8, 25
UNIT = 5800

DRAWER = """
import json, sys, time
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import OperationalError, connection, connections
from portal.busy import waited_in_vain
from portal.base.refused import Refused
from services.contracts.actions import draw
from services.models import Contract

no, process, each, unit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
contract = Contract.objects.get(no=no)
print("ready", flush=True)
sys.stdin.readline()

def one(n, tries=10):
    # A wait for the lock that runs over its time is answered "try again in a moment", so that is what we do.
    try:
        draw(contract=contract, amount_fen=unit, reference=f"V-{process}-{n}")
        return "drawn"
    except Refused as refusal:
        return refusal.code
    except OperationalError as busy:
        if tries and waited_in_vain(busy):
            return one(n, tries - 1)
        return str(busy)
    finally:
        connections.close_all()

with ThreadPoolExecutor(5) as pool:
    print(json.dumps(list(pool.map(one, range(each)))), flush=True)
"""


def draw_from(contract, processes, each):
    """Several processes of five threads draw at the same moment; returns how each draw ended."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "SHARED_TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", DRAWER, contract.no, str(n), str(each), str(UNIT)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(processes)
    ]
    for process in running:
        assert process.stdout.readline().strip() == "ready"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = Counter()
    for process in running:
        out, _err = process.communicate(timeout=200)
        ends.update(json.loads(out))
    return ends


def test_a_budget_for_fifty_lines_under_two_hundred_draws_gives_exactly_fifty():
    contract = makers.make_contract(budget_fen=50 * UNIT)
    ends = draw_from(contract, PROCESSES, EACH)
    assert ends == {"drawn": 50, "budget_spent": 150}
    contract.refresh_from_db()
    assert contract.drawn_fen == contract.budget_fen
    assert contract.drawdowns.count() == 50
