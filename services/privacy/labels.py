"""Words for tables and columns in a subject's copy. A test proves that none is missing."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TABLES: dict[str, str | Promise] = {
    "portal.AuditEvent": _("您做过的操作"),
    "portal.OutboxMessage": _("发给您的消息"),
    "portal.InboxItem": _("收到的消息"),
    "portal.Identity": _("身份"),
    "portal.User": _("账号"),
    "partners.Membership": _("在机构的岗位"),
    "partners.Post": _("在网格里的岗位"),
    "partners.Organisation": _("您登记的机构"),
    "partners.Provider": _("服务方资料"),
    "partners.Application": _("您的申请"),
    "partners.ApplicationStep": _("申请的经过"),
    "partners.Volunteer": _("志愿者资料"),
    "partners.PartReading": _("您读过的课"),
    "partners.TrainingResult": _("您的培训成绩"),
    "partners.Paper": _("您交的材料"),
    "partners.ApplicationRecusal": _("您回避过的申请"),
    "partners.JoinDraft": _("您的报名草稿"),
    "services.HouseholdUserGrant": _("您能看住户的期间"),
    "services.KinTie": _("亲属回避"),
    "services.SightCase": _("紧急查看"),
    "services.Household": _("住户"),
    "services.Person": _("本人"),
    "services.PersonCategory": _("救助类别"),
    "services.CirclePerson": _("身边的人"),
    "services.HouseholdRisk": _("要留心的事"),
    "services.HandoverNote": _("护理员交接的话"),
    "services.HouseholdPause": _("暂停照料"),
    "services.DeathNotice": _("去世登记"),
    "services.FileEnding": _("登记去世、注销档案和改正"),
    "services.HouseholdMove": _("搬家"),
    "services.NumberRedirect": _("原来的档案编号"),
    "services.FileChange": _("档案改过什么"),
    "services.Assessment": _("自理能力评估"),
    "services.Unmasking": _("谁看过您的资料"),
    "services.Review": _("复核和变动"),
    "services.CareAgreement": _("照料协议"),
    "services.CarePlan": _("照料计划"),
    "services.CarePlanLine": _("照料计划的内容"),
    "services.CareClock": _("最近一次看望"),
    "services.LookIn": _("看望、打电话"),
    "services.Likeness": _("是不是同一人的核对"),
    "services.Consent": _("同意和撤回"),
    "services.SubjectRequest": _("您提过的要求"),
    "services.DataHold": _("暂时不能删的期间"),
    "services.Report": _("上报的困难"),
    "services.Offer": _("派单"),
    "services.Need": _("需求"),
    "services.Task": _("照料任务"),
    "services.Assignment": _("派人上门"),
    "services.PlannedVisit": _("上门安排"),
    "services.VisitRecord": _("上门记录"),
    "services.VisitAmendment": _("上门记录的补充"),
    "services.VisitPhoto": _("照片"),
    "services.VisitDecision": _("对上门记录的确认"),
    "services.Alert": _("紧急情况"),
    "services.HourEntry": _("服务时长的记账"),
    "services.HourSpan": _("算进时长的时间"),
    "services.HourCorrection": _("您提过的时长更正"),
    "services.HourCertificate": _("时长证明"),
    "usersessions.UserSession": _("登录过的设备"),
    "account.EmailAddress": _("邮箱"),
}

COLUMNS: dict[str, str | Promise] = {
    "valid_until": _("有效到"), "of_version": _("课程的版本"), "passed_on": _("通过的日期"), "right_answers": _("答对几题"), "questions": _("一共几题"),
    "handed_in_at": _("交来的时间"), "appeal_until": _("申诉到"), "points": _("要补的"), "accuracy_m": _("位置误差（米）"), "answer": _("答复"), "answered_at": _("答复时间"), "answers": _("各项结果"),
    "approved_at": _("批准时间"), "asked_why": _("要求改正的理由"), "undone_at": _("改正时间"), "undone_why": _("改正的理由"), "asked_at": _("提出时间"), "at": _("时间"), "badge_no": _("胸牌号"),
    "birth_date": _("出生日期"), "capacity": _("最多几户"), "category": _("哪一项"), "cause": _("原因"),
    "certificate_level": _("证书等级"), "check_in_ground": _("没有位置的原因"), "check_in_lat": _("签到纬度"),
    "check_in_lng": _("签到经度"), "checked_at": _("初审时间"), "checked_in_at": _("签到时间"),
    "class_after": _("之后的自理等级"), "class_before": _("之前的自理等级"), "closed_at": _("办结时间"), "code": _("编码"),
    "consent_version": _("同意的文本"), "consented_at": _("同意时间"), "day": _("日期"), "decided_at": _("决定时间"), "decided_on": _("决定日期"),
    "delivered_at": _("送达时间"), "dialect": _("方言"), "died_on": _("去世日期"), "due_at": _("期限"),
    "due_on": _("期限"), "end_reason": _("结束原因"), "ended_at": _("结束时间"), "ended_on": _("结束日期"),
    "field": _("看了什么"), "fields": _("改了哪些"), "file_until": _("下载到"), "flag": _("情况"),
    "form_version": _("表的版本"), "ground": _("理由"), "high_risk": _("高风险"), "ip": _("网络地址"), "kind": _("种类"),
    "language": _("语言"), "last_seen_on": _("最近见到"), "lat": _("纬度"), "level": _("级别"), "lng": _("经度"),
    "manual_ground": _("手动签到的原因"), "minutes": _("分钟"), "name": _("姓名"), "next_day": _("下次日期"),
    "office": _("办理单位"), "old_no": _("原编号"), "on_duty": _("值班"), "opened_at": _("开始时间"),
    "out_lat": _("签退纬度"), "out_lng": _("签退经度"), "outcome": _("结果"), "part": _("角色"),
    "phone_verified": _("手机号核对过"), "position": _("顺序"), "position_source": _("位置怎么来的"),
    "proposed_at": _("提出意见的时间"), "qualified_until": _("资格到"), "raised_at": _("上报时间"), "read_at": _("看过的时间"),
    "reason": _("理由"), "return_reason": _("退回理由"), "role": _("岗位"), "seen_by": _("谁见到的"),
    "self_care": _("自理等级"), "sent_at": _("发出时间"), "services": _("服务"), "sex": _("性别"), "signed_on": _("签字日期"),
    "started_at": _("开始时间"), "starts_at": _("开始时间"), "state": _("状态"), "submitted_at": _("提交时间"),
    "taken_at": _("接手时间"), "text_version": _("文本版本"), "times": _("时间"), "topic": _("事由"), "urgent": _("急"),
    "user_agent": _("设备"), "valid_from": _("从"), "valid_to": _("到"), "verb": _("做了什么"), "verdict": _("结论"),
    "verified_at": _("核实时间"), "withdrawn_at": _("撤回时间"), "withdrawn_way": _("怎么撤回的"), "email": _("邮箱"),
    "updated_at": _("改动时间"),
    "created_at": _("时间"), "username": _("登录名"), "date_joined": _("注册时间"), "last_login": _("最近登录"),
    "is_active": _("可以登录"), "is_demo": _("演示账号"), "wanted_to": _("邀请到哪天"), "answer_by": _("答复期限"),
    "office_phone": _("办公电话"), "channel": _("怎么发的"), "handed_at": _("交出时间"),
    "channels": _("用哪几种方式"), "pace": _("多久一次"), "quiet_from": _("安静时间从"), "quiet_to": _("安静时间到"),
    "service": _("哪项服务"), "ends_at": _("到几点"), "visit": _("哪次上门"), "written_at": _("记账时间"), "words": _("您写的话"),
    "from_day": _("从哪天"), "to_day": _("到哪天"), "issued_on": _("开出日期"), "revoked_on": _("撤销日期"), "revoked_why": _("为什么撤销"),
}  # fmt: skip


def table_label(label: str) -> str:
    """The table's name in the copy."""
    return str(TABLES[label])


def column_label(field: object) -> str:
    """The column's name: its own where it has a Chinese one, else from the table above."""
    own = str(getattr(field, "verbose_name", ""))
    name = str(getattr(field, "name", ""))
    return own if any("一" <= letter <= "鿿" for letter in own) else str(COLUMNS[name])
