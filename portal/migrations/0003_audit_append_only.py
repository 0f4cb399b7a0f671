"""Audit rows and seals can be added, never changed or removed."""

from django.db import migrations

from portal.base import append_only


def put_up(apps, schema_editor):
    append_only.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    append_only.take_down(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("portal", "0002_demo_mark_and_kept_forms")]

    operations = [migrations.RunPython(put_up, take_down)]
