"""The first sheet of the assessment, the first visiting frequencies and the first re-verification intervals.

The figures are the platform's defaults after the papers named; the bureau confirms or replaces them by a
dated row of its own.
"""

from datetime import date

from django.db import migrations


FIRST_DAY = date(2021, 4, 26)
QUESTIONS = {
    "adl_eating": ("能不能自己吃饭？", "Eats without help?", "饭菜摆好，自己送进嘴里", "Food served, brings it to the mouth"),
    "adl_dressing": ("能不能自己穿衣？", "Dresses without help?", "穿脱衣裤鞋袜", "Clothes, shoes and socks on and off"),
    "adl_bed": ("能不能自己上下床？", "Gets in and out of bed without help?", "", ""),
    "adl_toilet": ("能不能自己上厕所？", "Uses the toilet without help?", "包括擦净、穿好裤子", "Including cleaning and dressing"),
    "adl_walking": ("在屋里能不能自己走？", "Walks indoors without help?", "用拐杖也算能", "With a stick counts as yes"),
    "adl_bathing": ("能不能自己洗澡？", "Bathes without help?", "盆浴、淋浴、擦身都算", "Bath, shower or sponge all count"),
}  # fmt: skip
DEFAULT = "平台默认，参照民发〔2019〕124号、民发〔2022〕73号，请县民政局核定"
VISITS = {
    "able": (1, 31),
    "partial": (2, 16),
    "unable": (4, 7),
    "not_assessed": (2, 16),
    "high_risk": (4, 7),
}
MONTHS = {
    "tekun": (12, "平台默认：每年至少核查一次，参照民发〔2021〕43号，请县民政局核定"),
    "dibao_a": (12, "平台默认，参照民发〔2012〕220号、民发〔2021〕57号，请县民政局核定"),
    "dibao_b": (6, "平台默认，参照民发〔2012〕220号、民发〔2021〕57号，请县民政局核定"),
    "dibao_c": (3, "平台默认，参照民发〔2012〕220号、民发〔2021〕57号，请县民政局核定"),
}


def put(apps, schema_editor):
    """Write the first rows."""
    sheet, visit, months = (
        apps.get_model("services", name) for name in ("AssessmentSheet", "VisitRule", "ReverifyRule")
    )
    sheet.objects.create(
        version=1,
        title_zh="特困人员生活自理能力评估表",
        title_en="Self-care assessment of tekun recipients",
        source="《特困人员认定办法》（民发〔2021〕43号）：六项指标，0 项不能为自理，1 至 3 项为部分丧失，4 至 6 项为完全丧失",
        questions={
            code: dict(zip(("zh", "en", "hint_zh", "hint_en"), words, strict=True))
            for code, words in QUESTIONS.items()
        },
        valid_from=FIRST_DAY,
    )
    for level, (per_month, within_days) in VISITS.items():
        visit.objects.create(
            level=level, per_month=per_month, within_days=within_days, source=DEFAULT, valid_from=FIRST_DAY
        )
    for code, (count, source) in MONTHS.items():
        months.objects.create(code=code, months=count, source=source, valid_from=FIRST_DAY)


def take(apps, schema_editor):
    """Take the first rows away."""
    apps.get_model("services", "AssessmentSheet").objects.filter(version=1).delete()
    for name in ("VisitRule", "ReverifyRule"):
        apps.get_model("services", name).objects.filter(valid_from=FIRST_DAY).delete()


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("services", "0006_register_depth")]
    operations = [migrations.RunPython(put, take)]
