"""Documents that are here already get their number in parts, and the topics that their headings name."""

from django.db import migrations

from content.pages.succession import topics_in
from portal.base.docnumber import parse_document_number
from portal.base.refused import Refused


def fill(apps, schema_editor):
    page_model, topic_model = apps.get_model("content", "PolicyPage"), apps.get_model("content", "PolicyTopic")
    clauses = apps.get_model("content", "PolicyClause").objects
    for page in page_model.objects.all():
        try:
            key = parse_document_number(page.document_number).sort_key
        except Refused:
            key = ("", 0, 0)
        agency, year, serial = key
        page_model.objects.filter(pk=page.pk).update(
            number_agency=agency, number_year=year, number_serial=serial
        )
        headings = [page.title, *clauses.filter(page_id=page.pk).values_list("heading", flat=True)]
        topic_model.objects.bulk_create(
            topic_model(page_id=page.pk, topic=topic) for topic in topics_in(headings)
        )


class Migration(migrations.Migration):
    dependencies = [("content", "0009_document_facts_and_succession")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
