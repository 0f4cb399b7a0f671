"""The database itself refuses a changed line of hours and two hours at once; the first levels of stars."""

from datetime import date

from django.db import migrations

from services.hours import guards

FIRST = (100, 300, 600, 1000, 1500)


def put_up(apps, schema_editor):
    guards.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    guards.take_down(schema_editor.connection)


def first_levels(apps, schema_editor):
    level = apps.get_model("services", "StarLevel")
    level.objects.bulk_create(
        level(valid_from=date(2020, 1, 1), stars=stars, hours=hours) for stars, hours in enumerate(FIRST, 1)
    )


def no_levels(apps, schema_editor):
    apps.get_model("services", "StarLevel").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("services", "0011_hours")]

    operations = [
        migrations.RunPython(put_up, take_down),
        migrations.RunPython(first_levels, no_levels),
    ]
