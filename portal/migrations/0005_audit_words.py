"""Reasons leave the audit row for a place of their own, from which an erasure can take them."""

import django.db.models.deletion
from django.db import migrations, models

import portal.base.models
import portal.base.privacy


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_hats_stamp_and_key_rotation")]
    operations = [
        # The column keeps its name, so that the append-only table is not touched.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("auditevent", "purpose", "purpose_mark"),
                migrations.AlterField(
                    "auditevent", "purpose_mark", models.CharField(blank=True, db_column="purpose", max_length=200)
                ),
            ],
        ),
        migrations.CreateModel(
            name="AuditWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("uid", models.UUIDField(default=portal.base.models.uuid7, editable=False, unique=True)),
                ("text", portal.base.privacy.EncryptedTextField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="portal.auditevent"
                    ),
                ),
            ],
        ),
    ]
