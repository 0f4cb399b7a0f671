"""Tekun status becomes one of the dated categories of a person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("services", "0004_households_off_the_register")]

    operations = [
        migrations.RemoveConstraint("tekunstatus", "tekun_ends_after_start"),
        migrations.RemoveConstraint("tekunstatus", "tekun_open_once"),
        migrations.RenameModel("TekunStatus", "PersonCategory"),
    ]
