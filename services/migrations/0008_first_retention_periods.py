"""How long each class of data is kept, until the bureau says otherwise."""

from datetime import date

from django.db import migrations

# class, months, source
FIRST = [
    ("positions", 6, "个人信息保护法第 19 条；位置只为证明到户，6 个月后只留距离"),
    ("photos", 24, "个人信息保护法第 19 条；照片存两年，紧急情况的证据除外"),
    ("care", 120, "照料记录：任务结束后 10 年，县民政局档案保管期限表为准"),
    ("register", 120, "档案注销后 10 年，县民政局档案保管期限表为准"),
    ("member", 1, "志愿者退出后一个月删联系方式，服务时长留代号"),
    ("applications", 24, "没通过、撤回的申请：两年"),
    ("messages", 24, "站内消息：两年"),
    ("looks", 36, "查看记录：不少于 6 个月（网络安全法第 21 条），留三年备查"),
    ("copies", 1, "本人要的资料副本：生成后 7 天不能再下，最迟一个月删文件"),
]


def forwards(apps, schema_editor):
    apps.get_model("services", "RetentionRule").objects.bulk_create(
        apps.get_model("services", "RetentionRule")(kind=kind, months=months, source=source, valid_from=date(2026, 1, 1))
        for kind, months, source in FIRST
    )


def backwards(apps, schema_editor):
    apps.get_model("services", "RetentionRule").objects.filter(valid_from=date(2026, 1, 1), set_by=None).delete()


class Migration(migrations.Migration):
    dependencies = [("services", "0007_first_care_rules")]
    operations = [migrations.RunPython(forwards, backwards)]
