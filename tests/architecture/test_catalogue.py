"""Source texts are Chinese; the English catalogue is complete and holds nothing else."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from portal.management import catalogue
from portal.management.catalogue import Key
from tests.architecture.reading import ROOT, tracked

ENGLISH = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
# What a cell of an office's register must hold is named as it is written there, with the English beside it.
NAMES_CELLS = {
    "低保类别请填 A、B 或 C",
    "低保请填类别 A、B 或 C",
    "供养方式请填“分散供养”或“集中供养”",
    "特困人员请填“分散供养”或“集中供养”",
    "关系请填户主、配偶、子女、父母、兄弟姐妹或其他",
    "性别请填“男”或“女”",
    "这个类别认不出来，请填特困人员、低保、低保边缘等",
    "这一户没有户主，请在一行填“户主”",
}
HAN = re.compile(r"[\u4e00-\u9fff]")


def bare_words(source: str) -> list[str]:
    """Chinese words of a template that stand outside any translation."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", source, flags=re.S)
    text = re.sub(r"{%\s*(blocktrans\w*).*?%}.*?{%\s*end\1\s*%}", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S)
    return [line.strip() for line in text.splitlines() if HAN.search(line)]


def test_every_message_has_english_words():
    known = catalogue.read_catalogue(ENGLISH)
    wanted = catalogue.messages_of_code(ROOT)
    assert len(wanted) > 100
    assert [key.text for key in wanted if key not in known or not known[key].complete] == []


def test_no_english_words_are_left_over_and_none_is_chinese():
    known = {key: entry for key, entry in catalogue.read_catalogue(ENGLISH).items() if key.text}
    wanted = catalogue.messages_of_code(ROOT)
    assert [key.text for key in known if key not in wanted] == []
    chinese = {key.text for key, entry in known.items() if any(HAN.search(form) for form in entry.forms)}
    assert chinese == NAMES_CELLS


def test_placeholders_survive_translation():
    names = re.compile(r"%\((\w+)\)|{(\w*)}")
    for key, entry in catalogue.read_catalogue(ENGLISH).items():
        if key.text and entry.complete:
            wanted = set(names.findall(key.text)) | set(names.findall(key.plural))
            assert set().union(*(set(names.findall(form)) for form in entry.forms)) <= wanted, key.text
            assert set(names.findall(entry.forms[-1])) == set(names.findall(key.plural or key.text)), key.text


def test_no_template_shows_words_that_cannot_be_translated():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix == ".html"
        and "templates" in path.parts
        and path.name not in {"413.html", "500.html", "503.html"}
        # these must show when nothing works, or before anything has begun, so they say their few words in both languages themselves
        and (lines := bare_words(path.read_text()))
    }
    assert found == {}


def test_the_guard_sees_words_outside_a_translation():
    assert bare_words("<p>低保</p>{% translate '特困' %}{% blocktranslate %}帮助{% endblocktranslate %}") == [
        "<p>低保</p>"
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = _('低保')", {Key("低保")}),
        ("x = ngettext('一户', '%(n)s 户', n)", {Key("一户", "%(n)s 户")}),
        ("x = pgettext('动词', '转')", {Key("转", context="动词")}),
        ("x = '低保'", set()),
    ],
)
def test_messages_are_found_in_code(source, expected):
    assert catalogue.messages_of_python(source) == expected


def test_messages_are_found_in_templates():
    source = (
        "{% load i18n %}{% translate '低保' %}{% blocktranslate count n=n %}一户{% plural %}{{ n }} 户"
        "{% endblocktranslate %}{% blocktranslate trimmed %}\n  您好，\n  {{ name }}\n{% endblocktranslate %}"
        "{% translate '转' context '动词' %}"
    )
    assert catalogue.messages_of_template(source) == {
        Key("低保"),
        Key("一户", "%(n)s 户"),
        Key("您好， %(name)s"),
        Key("转", context="动词"),
    }


def test_a_catalogue_made_by_us_is_read_by_django(tmp_path):
    source = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    wanted = {Key("低保"): "a.py", Key("一户", "%(n)s 户"): "a.py", Key("转", context="动词"): "b.py"}
    assert catalogue.write_catalogue(source, wanted) == (3, 0)
    text = source.read_text().replace(
        'msgid "低保"\nmsgstr ""', 'msgid "低保"\nmsgstr "Subsistence \\"allowance\\""'
    )
    source.write_text(text)
    assert catalogue.write_catalogue(source, wanted) == (0, 0)
    assert catalogue.read_catalogue(source)[Key("低保")].forms == ['Subsistence "allowance"']
    (tmp_path / "en" / "LC_MESSAGES" / "django.mo").write_bytes(catalogue.compile_catalogue(source))
    import gettext as plain

    with (tmp_path / "en" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        made = plain.GNUTranslations(file)
    assert made.gettext("低保") == 'Subsistence "allowance"'
    assert made.gettext("没有") == "没有"


def test_english_is_used():
    with translation.override("en"):
        assert not HAN.search(gettext("志愿者"))
