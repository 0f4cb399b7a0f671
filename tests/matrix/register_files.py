"""Registers on their way in and out of the matrix's world: one of each township, and pairs of people."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.base.filestore import store_bytes
from services.imports import actions
from services.imports.running import run_turn
from services.models import DiscoveryRun, Likeness, RegisterExport
from tests import makers
from tests.services.imports.files import as_csv, person


def register_files(files: dict[str, Any], people: dict[str, Any], shitan: Any, huashi: Any) -> dict[str, Any]:
    """Rows by kind and label: a checked import, an export, and pairs of one township and of two."""
    found: dict[str, dict[str, Any]] = {"import": {}, "export": {}, "run": {}}
    for label, town, village in (("shitan", shitan, "古城村"), ("huashi", huashi, "罗汉村")):
        cadre = people[f"township-{label}"]
        batch = actions.open_batch(by=cadre, office=town, raw=as_csv([person(1, village), person(2, "别处")]))
        run_turn(batch)
        chosen = {int(place): key for place, key in batch.mapping.items()}
        actions.start_check(by=cadre, batch=batch, mapping=chosen)
        run_turn(batch)
        found["import"][label] = batch
        found["run"][label] = DiscoveryRun.objects.create(
            no=f"FR-{makers.serial():08d}", region=town, asked_by=cadre, households=2
        )
    now = timezone.now()
    found["export"]["shitan"] = RegisterExport.objects.create(
        no=f"X-{makers.serial():08d}", region=shitan, asked_by=people["township-shitan"], purpose="核对名册",
        columns=["name"], full_names=True, language="zh-hans", state="waiting",
    )  # fmt: skip
    found["export"]["huashi"] = RegisterExport.objects.create(
        no=f"X-{makers.serial():08d}", region=huashi, asked_by=people["township-huashi"], purpose="核对名册",
        columns=["name"], language="zh-hans", state="ready", expires_at=now + timedelta(hours=1), made_at=now,
        file=store_bytes(b"x", kind="register_export", content_type="text/csv", by=people["township-huashi"]),
    )  # fmt: skip
    persons = {letter: files[letter].rows["person"] for letter in "ABD"}
    found["likeness"] = {
        letter: Likeness.objects.create(
            no=f"D-{makers.serial():08d}",
            one=persons[letter],
            other=persons["A" if letter == "D" else "B"],
            kind="sound",
        )
        for letter in "AD"
    }
    return found
