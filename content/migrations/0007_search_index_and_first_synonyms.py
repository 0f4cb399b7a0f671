"""The index of passages, and the first words that mean the same: what people say, and what the papers write."""

from django.db import migrations

from content.search import tables

FIRST = [
    (["特困", "特困人员", "五保", "五保户", "孤寡", "extreme hardship"], "“五保”“孤寡”是群众的老说法，页面上写“特困人员”"),
    (["低保", "最低生活保障", "minimum living allowance"], ""),
    (["低边", "低保边缘"], ""),
    (["临救", "临时救助", "备用金", "temporary assistance"], "备用金是乡镇先行给的临时救助"),
    (["访视", "探访", "上门看望"], ""),
    (["社工", "社会工作"], ""),
    (["护工", "陪护"], ""),
    (["举报", "投诉"], ""),
    (["看病", "医疗救助", "medical assistance"], ""),
    (["上学", "教育救助", "education assistance"], ""),
    (["危房", "住房救助", "housing assistance"], ""),
    (["找工作", "就业救助", "employment assistance"], ""),
    (["遭灾", "受灾", "disaster relief"], ""),
    (["流浪", "生活无着"], ""),
    (["打官司", "法律援助", "legal aid"], ""),
]


def put_up(apps, schema_editor):
    tables.put_up(schema_editor.connection)


def take_down(apps, schema_editor):
    tables.take_down(schema_editor.connection)


def first_words(apps, schema_editor):
    group = apps.get_model("content", "SynonymGroup")
    group.objects.bulk_create(group(words="\n".join(words), note=note) for words, note in FIRST)


def no_words(apps, schema_editor):
    apps.get_model("content", "SynonymGroup").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("content", "0006_search_passages")]

    operations = [
        migrations.RunPython(put_up, take_down),
        migrations.RunPython(first_words, no_words),
    ]
