"""The database itself refuses two exclusive categories of one person on one day."""

from django.db import migrations

from services.recipients import overlaps


def put_up(apps, schema_editor):
    overlaps.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    overlaps.take_down(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("services", "0008_first_retention_periods")]

    operations = [migrations.RunPython(put_up, take_down)]
