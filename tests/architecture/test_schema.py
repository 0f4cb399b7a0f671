"""The schema: migrations complete, money in whole fen, secrets only where a uid binds them."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from portal.base.models import OPEN_END
from portal.base.privacy import EncryptedTextField

OWN = ("portal", "partners", "content", "services")


def own_models() -> list[type[models.Model]]:
    """Every model of the site's own apps."""
    return [model for app in OWN for model in apps.get_app_config(app).get_models()]


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def money_faults(model: type[models.Model]) -> list[str]:
    """Fields of money that are not whole fen, and any decimal."""
    return [
        f"{model.__name__}.{field.name}"
        for field in model._meta.get_fields()
        if isinstance(field, models.DecimalField)
        or (field.name.endswith("_fen") and not isinstance(field, models.BigIntegerField))
    ]


def test_money_is_whole_fen():
    assert [fault for model in own_models() for fault in money_faults(model)] == []


def test_the_guard_sees_money_as_a_decimal():
    class Purse(models.Model):
        price_fen = models.DecimalField(max_digits=9, decimal_places=2)

        class Meta:
            app_label = "sample"

        def __str__(self) -> str:
            return "purse"

    assert money_faults(Purse) == ["Purse.price_fen"]


def test_every_secret_is_bound_to_a_uid_and_rows_in_addresses_have_a_number():
    for model in own_models():
        names = {field.name for field in model._meta.get_fields()}
        if any(isinstance(field, EncryptedTextField) for field in model._meta.get_fields()):
            assert "uid" in names, model
        if "no" in names:
            assert model._meta.get_field("no").unique, model


def test_every_span_of_time_is_not_null_and_checked_by_the_database():
    for model in own_models():
        names = {field.name for field in model._meta.get_fields()}
        if {"valid_from", "valid_to"} <= names:
            assert not model._meta.get_field("valid_to").null, model
            default = model._meta.get_field("valid_to").default
            assert default in {models.NOT_PROVIDED, OPEN_END, OPEN_END.date()}, model


def test_every_constraint_has_a_telling_name_of_its_own():
    names = [c.name for model in own_models() for c in model._meta.constraints if model._meta.managed]
    assert len(names) == len(set(names))
