"""The first columns of the lists of hours, in the order in which 民政部令第67号 and 民发〔2015〕149号 name the fields."""

from django.db import migrations

VOLUNTEERS = [
    ("volunteer_no", "志愿者编号", "text", True),
    ("name", "姓名", "text", True),
    ("sex", "性别", "words", True),
    ("birth_date", "出生日期", "day_dashes", True),
    ("id_type", "证件类型", "words", True),
    ("id_number", "证件号码", "text", True),
    ("home", "居住区域", "words", True),
    ("phone", "联系方式", "text", True),
    ("skills", "专业技能", "text", True),
    ("services", "服务类别", "words", True),
    ("since", "注册日期", "day_dashes", True),
    ("total", "服务时长（小时）", "hours", True),
    ("stars", "星级", "text", False),
]
SERVICES = [
    ("volunteer_no", "志愿者编号", "text", True),
    ("name", "姓名", "text", True),
    ("id_type", "证件类型", "words", True),
    ("id_number", "证件号码", "text", True),
    ("service", "志愿服务活动名称", "words", True),
    ("day", "服务日期", "day_dashes", True),
    ("place", "服务地点", "words", True),
    ("length", "服务时长（小时）", "hours", True),
    ("starts", "开始时间", "moment", False),
    ("ends", "结束时间", "moment", False),
    ("organiser", "活动组织单位", "text", True),
    ("recorder", "信息记录人", "text", True),
    ("ground", "记录依据", "words", False),
    ("record_no", "记录编号", "text", True),
]


def seed(apps, schema_editor):
    column = apps.get_model("services", "HoursColumn")
    for part, rows in (("volunteers", VOLUNTEERS), ("services", SERVICES)):
        for position, (source, heading, form, shown) in enumerate(rows, 1):
            column.objects.get_or_create(
                part=part,
                source=source,
                defaults={"position": position, "heading": heading, "form": form, "shown": shown},
            )


def unseed(apps, schema_editor):
    apps.get_model("services", "HoursColumn").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("services", "0018_hours_lists")]
    operations = [migrations.RunPython(seed, unseed)]
