"""Every column of every table has a line in the data register: a new one fails here until it is classified."""

import pytest
from django.apps import apps
from django.db import models

from portal.base.privacy import EncryptedTextField
from services.privacy.register import Table, faults, tables
from services.privacy.retention import CLASSES
from tests.architecture.test_schema import own_models

# Tables of other packages that say nothing of a person, or nothing that is not the user's row itself.
SILENT = {
    "account", "auth", "contenttypes", "guardian", "mfa", "sessions", "taggit", "usersessions",
    "wagtailadmin", "wagtailcore", "wagtaildocs", "wagtailimages", "wagtailsearch", "wagtailusers",
}  # fmt: skip


def test_every_column_of_every_table_is_classified():
    """Add a line to services/privacy/data/register.toml: whose it is, how long it is kept, what erasure does."""
    found = [fault for model in own_models() for fault in faults(model, tables().get(model._meta.label))]
    assert found == []


def test_the_register_names_no_table_that_is_not_there_and_only_known_classes():
    labels = {model._meta.label for model in apps.get_models()}
    assert set(tables()) - labels == set()
    assert {table.kept for table in tables().values()} - set(CLASSES) - {"none"} == set()


def test_every_other_package_is_known_to_hold_nothing_of_its_own():
    own = {model._meta.app_label for model in own_models()}
    assert {model._meta.app_label for model in apps.get_models()} - own <= SILENT


@pytest.mark.parametrize("label", [table.label for table in tables().values() if table.ways])
def test_the_way_from_each_table_to_whom_it_is_about_exists(label):
    table = tables()[label]
    for way in table.ways.values():
        str(table.model._base_manager.filter(**{f"{way}__isnull" if way else "pk__isnull": False}).query)


def sample(**more):
    """A model nobody has classified."""
    return type(
        "Sample", (models.Model,),
        {"__module__": __name__, "__str__": lambda row: "", "secret": EncryptedTextField(), "age": models.IntegerField(),
         "Meta": type("Meta", (), {"app_label": "sample"}), **more},
    )  # fmt: skip


def test_the_guard_sees_a_new_model_a_new_column_and_a_secret_that_would_stay():
    model = sample()
    assert list(faults(model, None)) == ["sample.Sample: no line in the data register"]
    lines = Table("sample.Sample", "none", groups={"keep": ("secret",)})
    assert set(faults(model, lines)) == {
        "sample.Sample.age: not classified",
        "sample.Sample.secret: encrypted, so erasure cannot keep it",
    }
    assert list(
        faults(model, Table("sample.Sample", "none", groups={"keep": ("age", "gone"), "empty": ("secret",)}))
    ) == ["sample.Sample.gone: no such column"]
