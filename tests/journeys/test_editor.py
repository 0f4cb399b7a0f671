"""The editor of the public pages, by clicking: what is published is read at the next request."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from content.models import PolicyPage, TextCorrection
from content.pages.editors import ensure_editor_group
from partners.models import Region
from tests.content.policy_source import YUNXI
from tests.journeys.stage import Play, set_the_stage, staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
BEFORE, AFTER = "先前的说明", "编辑改好的说明"


def test_an_editor_corrects_a_note_and_the_public_reads_it_at_the_next_request(
    visitor: Callable[..., Any],
) -> None:
    set_the_stage()
    writer = staff("editor", "许文静", "editor", Region.objects.get(level="county"))
    writer.groups.add(ensure_editor_group())
    call_command("import_policy", str(YUNXI), "--publish", verbosity=0)
    policy = PolicyPage.objects.get()
    policy.corrections = [TextCorrection(wrong="帮扶", right="帮扶", note=BEFORE)]
    policy.save_revision().publish()
    play = Play(visitor)
    reader = play.enters("reader")
    reader.open(policy.get_url())
    reader.says(BEFORE)

    editor = play.logs_in("editor").page
    editor.goto(f"{reader.base}/cms/pages/{policy.pk}/edit/")
    editor.locator("[name='corrections-0-note']").fill(AFTER)
    editor.locator("[data-w-dropdown-target=toggle]:visible").last.click()
    with editor.expect_navigation():
        editor.get_by_role("button", name="发布", exact=True).first.click()
    assert not play["editor"].broken and not play["editor"].foreign

    reader.open(policy.get_url())
    reader.says(AFTER)
    reader.silent(BEFORE)
    bureau = play.logs_in("bureau")
    assert bureau.knocks("/cms/") == 403
