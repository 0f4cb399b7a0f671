"""Within how many working days a certificate is answered, until the bureau says otherwise."""

from datetime import date

from django.db import migrations

DAYS = 5
SOURCE = "平台先定的。民政部令第67号要求“及时”，我们看到的公开文本没有写天数"


def forwards(apps, schema_editor):
    apps.get_model("services", "CertificateTerm").objects.create(
        working_days=DAYS, source=SOURCE, valid_from=date(2021, 2, 1)
    )


def backwards(apps, schema_editor):
    apps.get_model("services", "CertificateTerm").objects.filter(set_by=None).delete()


class Migration(migrations.Migration):
    dependencies = [("services", "0020_certificate_requests")]
    operations = [migrations.RunPython(forwards, backwards)]
