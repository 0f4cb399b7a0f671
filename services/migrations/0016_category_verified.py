"""When a category was last verified before the platform, as the office's own list says."""

from django.db import migrations, models

from services.recipients import overlaps


def put_up(apps, schema_editor):
    """SQLite makes the table anew for the constraint and drops its triggers with it."""
    if schema_editor.connection.vendor == "sqlite":
        overlaps.put_up(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("services", "0015_circle_changes")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, put_up),
        migrations.AddField(
            model_name="personcategory",
            name="verified_on",
            field=models.DateField(blank=True, null=True, verbose_name="上次核查"),
        ),
        migrations.AddConstraint(
            model_name="personcategory",
            constraint=models.CheckConstraint(
                condition=models.Q(("verified_on__gte", models.F("valid_from"))), name="category_verified_within"
            ),
        ),
        migrations.RunPython(put_up, migrations.RunPython.noop),
    ]
