"""The four courses that come with the site, read from their files."""

import tomllib
from pathlib import Path
from typing import Any

from partners.training.actions import CourseText, PartText, QuestionText, write_course
from partners.training.models import Course

DATA = Path(__file__).parent / "data"


def load_courses() -> int:
    """Write the courses that are not there yet; what people have changed stays. Returns how many are new."""
    known = set(Course.objects.values_list("code", flat=True))
    new = 0
    for position, path in enumerate(sorted(DATA.glob("*.toml")), 1):
        raw = tomllib.loads(path.read_text())
        if raw["code"] not in known:
            write_course(code=raw["code"], text=text_of(raw), by=None, position=position)
            new += 1
    return new


def text_of(raw: dict[str, Any]) -> CourseText:
    """A course as its file has it."""
    return CourseText(
        title_zh=raw["title_zh"],
        title_en=raw["title_en"],
        about_zh=raw["about_zh"],
        about_en=raw["about_en"],
        roles=tuple(raw["roles"]),
        services=tuple(raw["services"]),
        validity_months=raw["validity_months"],
        parts=tuple(
            PartText(
                title_zh=part["title_zh"],
                title_en=part["title_en"],
                body_zh=part["body_zh"].strip(),
                body_en=part["body_en"].strip(),
                minutes=part["minutes"],
            )
            for part in raw["parts"]
        ),
        questions=tuple(
            QuestionText(
                text_zh=one["text_zh"],
                text_en=one["text_en"],
                choices=tuple(zip(one["choices_zh"], one["choices_en"], strict=True)),
                right=one["right"],
                why_zh=one["why_zh"],
                why_en=one["why_en"],
            )
            for one in raw["questions"]
        ),
    )
