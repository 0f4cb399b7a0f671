from datetime import date

from django.db import migrations

SOURCE = "县社会救助工作实施方案，保障措施二"
FIGURES = (
    ("township_cadre", 10_000),
    ("livelihood_officer", 1),
    ("watch_home_leader", 1),
    ("social_worker", 3),
)


def set_first(apps, schema_editor):
    """The figures of the plan, from its own day on; the bureau sets later ones."""
    rows = apps.get_model("partners", "StaffingTarget").objects
    for kind, figure in FIGURES:
        rows.get_or_create(
            kind=kind, valid_from=date(2021, 11, 1), defaults={"figure": figure, "source": SOURCE}
        )


class Migration(migrations.Migration):
    dependencies = [("partners", "0008_staffing_targets")]
    operations = [migrations.RunPython(set_first, migrations.RunPython.noop)]
