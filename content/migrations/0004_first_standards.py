"""The database refuses two standards on one day; the ages that the law and the county's plan name.

Amounts of money are not here: no paper at hand names them, so the bureau enters them.
"""

from datetime import date

from django.db import migrations

from content.rules import overlaps

COUNTY = "430321"
NATIONAL, PLAN = "民发〔2021〕43号", "潭县政办发〔2021〕11号"
FIRST = [
    ("elder_age", "", 60, NATIONAL, "a5", "特困人员认定办法第五条", date(2021, 4, 26)),
    ("minor_age", "", 16, NATIONAL, "a5", "特困人员认定办法第五条", date(2021, 4, 26)),
    ("minor_age", COUNTY, 18, PLAN, "item4", "社会救助综合改革工作实施方案第4项", date(2021, 11, 15)),
]


def put_up(apps, schema_editor):
    overlaps.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    overlaps.take_down(schema_editor.connection)


def first_rows(apps, schema_editor):
    standard = apps.get_model("content", "Standard")
    names = ("kind", "area", "amount", "document", "anchor", "source", "valid_from")
    standard.objects.bulk_create(standard(**dict(zip(names, row, strict=True))) for row in FIRST)


def no_rows(apps, schema_editor):
    apps.get_model("content", "Standard").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("content", "0003_standards")]

    operations = [
        migrations.RunPython(put_up, take_down),
        migrations.RunPython(first_rows, no_rows),
    ]
