"""Public pages in large and extra large type and in high contrast, on the narrowest phone, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from content.models import PolicyPage
from tests.content.policy_source import YUNXI
from tests.journeys.stage import Play, set_the_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only("sqlite"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
NARROWEST = {"width": 320, "height": 640}
MODES = [("l", ""), ("xl", ""), ("", "contrast"), ("xl", "contrast")]
PATHS = ["/", "/policies/", "/join/", "/join/agency/", "/join/volunteer/", "/providers/", "/search/?q=低保"]


@pytest.mark.parametrize(("size", "theme"), MODES)
def test_public_pages_fit_and_are_open_to_everybody_however_they_are_read(
    visitor: Callable[..., Any], size: str, theme: str
) -> None:
    set_the_stage()
    call_command("import_policy", str(YUNXI), "--publish", verbosity=0)
    document = PolicyPage.objects.get().get_url()
    reader = Play(visitor).enters("reader", phone=True)
    reader.page.set_viewport_size(NARROWEST)
    reader.open(f"/display/?set=1&size={size}&theme={theme}&next=/")
    shown = reader.page.locator("html")
    assert (shown.get_attribute("data-size") or "", shown.get_attribute("data-theme") or "") == (size, theme)
    for path in [*PATHS, document, f"{document}units/", "/display/"]:
        for language in ("", "/en"):
            reader.open(f"{language}{path}")
            assert reader.status == 200
