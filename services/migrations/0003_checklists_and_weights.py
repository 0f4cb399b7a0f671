"""The checklists of the four services and the first published weights of matching."""

from datetime import date

from django.db import migrations

# service: lines of name and hint in Chinese and English; the code counts them, such as VC-03.
ITEMS = {
    ("visit_care", "VC"): [
        ("精神状态", "Mental state", "", ""),
        ("意识、言语", "Consciousness and speech", "", ""),
        ("饮食", "Diet", "今天吃了没有、灶能不能用、够不够三天", "Eaten today? Stove works? Food for three days?"),
        ("睡眠", "Sleep", "", ""),
        ("用药", "Medicine", "吃了没有、还剩多少、过没过期", "Taken, left, expired?"),
        ("血压、血糖", "Blood pressure and sugar", "可以不量", "Optional"),
        ("皮肤、压疮", "Skin and pressure sores", "", ""),
        ("行动与跌倒", "Movement and falls", "上次以后摔过没有", "Any fall since the last visit?"),
        ("个人卫生", "Personal hygiene", "", ""),
        ("衣被冷暖", "Clothing and bedding", "合不合时令", "Right for the season?"),
        ("居住安全：用电", "Home safety: electricity", "", ""),
        ("居住安全：用水", "Home safety: water", "", ""),
        ("居住安全：用气、煤炉", "Home safety: gas and coal stove", "当心一氧化碳", "Beware of carbon monoxide"),
        ("居住安全：用火、火塘、烟", "Home safety: open fire and smoke", "", ""),
        ("居住安全：房屋", "Home safety: the house", "裂缝、漏雨", "Cracks, leaks"),
        ("物资", "Supplies", "米、油、药、柴煤、取暖或风扇", "Rice, oil, medicine, fuel, heater or fan"),
        ("补贴到账", "Allowance arrived", "卡在谁手里", "Who holds the card?"),
        ("照料人来没来", "Did the carer come", "", ""),
        ("邻里、来往", "Neighbours and company", "", ""),
        ("通讯", "Telephone", "电话能打、紧急号码贴好", "Phone works, emergency number posted"),
        ("诉求", "Wishes and complaints", "", ""),
        ("政策宣传", "Policy told", "讲了哪一项", "Which policy"),
        ("虐待、欺诈迹象", "Signs of abuse or fraud", "", ""),
        ("下次时间", "Next visit", "", ""),
    ],
    ("cleaning", "CL"): [
        ("卧室", "Bedroom", "", ""),
        ("厨房", "Kitchen", "", ""),
        ("厕所", "Toilet", "", ""),
        ("院落", "Yard", "", ""),
        ("垃圾清运", "Rubbish taken away", "", ""),
        ("被褥换洗晾晒", "Bedding washed and aired", "", ""),
        ("理发", "Haircut", "", ""),
        ("剪指甲", "Nails cut", "", ""),
        ("洗头、擦浴", "Hair wash and sponge bath", "同性护理员，或两人", "Carer of the same sex, or two people"),
        ("消毒", "Disinfection", "", ""),
        ("过期食品、农药清理", "Expired food and pesticides removed", "", ""),
        ("除蛇虫鼠", "Snakes, insects, rats", "", ""),
        ("家具移位防跌", "Furniture moved against falls", "", ""),
    ],
    ("medical_escort", "ME"): [
        ("预约挂号", "Appointment", "", ""),
        ("交通", "Transport", "记车牌、司机", "Plate and driver"),
        ("就诊陪同", "With the patient at the doctor", "", ""),
        ("缴费、医保、一站式结算协助", "Payment and insurance settlement", "", ""),
        ("取药与用药交代", "Medicine fetched and explained", "", ""),
        ("检查陪同", "With the patient at examinations", "", ""),
        ("住院手续", "Admission", "", ""),
        ("住院陪护", "Care in hospital", "翻身、喂饭、如厕", "Turning, feeding, toilet"),
        ("与医生沟通记录", "Notes of the talk with the doctor", "", ""),
        ("告知乡镇、村、家属", "Township, village and family told", "", ""),
        ("安全返家", "Safe return home", "", ""),
        ("复诊提醒", "Follow-up reminder", "", ""),
    ],
    ("psych_support", "PS"): [
        ("情绪支持", "Emotional support", "", ""),
        ("孤独陪伴、聊天", "Company and talk", "", ""),
        ("丧亲、创伤", "Bereavement and trauma", "", ""),
        ("危机评估", "Crisis assessment", "有没有轻生的念头", "Any thought of suicide?"),
        ("家庭、邻里关系调适", "Family and neighbour relations", "", ""),
        ("社会融入", "Social inclusion", "活动、老年协会", "Activities, association of the elderly"),
        ("认知训练、回忆", "Cognitive training and reminiscence", "", ""),
        ("转介精神科、心理热线", "Referral to psychiatry or hotline", "", ""),
        ("个案计划", "Case plan", "", ""),
        ("结案评估", "Closing assessment", "", ""),
    ],
}


def write(apps, schema_editor):
    """Add the lines; a line that exists is left as its editors made it."""
    item = apps.get_model("services", "ChecklistItem")
    for (service, prefix), rows in ITEMS.items():
        for position, (name_zh, name_en, hint_zh, hint_en) in enumerate(rows, 1):
            item.objects.get_or_create(
                code=f"{prefix}-{position:02d}",
                defaults={
                    "service": service,
                    "name_zh": name_zh,
                    "name_en": name_en,
                    "hint_zh": hint_zh,
                    "hint_en": hint_en,
                    "position": position,
                },
            )
    apps.get_model("services", "MatchWeights").objects.get_or_create(valid_from=date(2021, 1, 1))


def erase(apps, schema_editor):
    """Take them out again."""
    for service, prefix in ITEMS:
        apps.get_model("services", "ChecklistItem").objects.filter(
            service=service, code__startswith=f"{prefix}-"
        ).delete()
    apps.get_model("services", "MatchWeights").objects.filter(valid_from=date(2021, 1, 1)).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("services", "0002_visit_item_notes"),
    ]

    operations = [
        migrations.RunPython(write, erase),
    ]
