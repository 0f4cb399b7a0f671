"""The data-processing annex of a contract, and the certificate that ends it (个人信息保护法 art. 21, 59)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.base.audit import record
from portal.base.refused import Refused
from portal.permissions.hats import hats_with, teams_for
from services.contracts.models import Contract, ContractState
from services.privacy.models import ProcessingAnnex, ReturnWay

AGREE = "partners.view_own_contract"
ACCEPT = "services.accept_certificate"
VERSION = "2026-01-01"
# The law's points in its order. Official text: it is agreed to as it stands, so it has one language.
TERMS: dict[str, tuple[tuple[str, str], ...]] = {
    VERSION: (
        ("目的", "乙方只为履行本合同的上门照料处理个人信息，不得用于别的目的。"),
        ("期限", "从合同开始到合同结束。合同提前终止的，到终止那天。"),
        ("方式", "只在甲方的系统里查看和填写。不得另外抄录、拍屏、导出、转存。"),
        ("种类", "住户姓名、住址、电话（上门前 24 小时到上门结束）、自理等级、照料要求、上门记录、家里环境的照片、签到位置。身份证号、银行账号不提供。"),
        ("保护措施", "乙方的人一人一个账号，用动态码登录；换人、离职当天停用；手机丢了当天挂失。每年给上门的人讲一次保密。"),
        ("监督", "甲方可以随时查看谁看过、查现场。乙方要配合，如实回答。"),
        ("不得转委托", "没有甲方书面同意，乙方不得把个人信息交给任何别人处理。"),
        ("出了事", "泄露、丢失、被改的，乙方马上停下，一小时内告诉甲方，由甲方告诉本人和主管部门。"),
        ("本人的权利", "住户要查看、要一份、要改、要删、要撤回同意的，乙方当天转给乡镇，不得自己答复、不得推。"),
        ("结束以后", "合同结束后 10 个工作日内，乙方把手里的个人信息全部交回或者删除，交来证明，由甲方核收。"),
    )
}  # fmt: skip


def digest_of(version: str) -> str:
    """SHA-256 of the terms of a version."""
    return hashlib.sha256("\n".join(f"{head}:{text}" for head, text in TERMS[version]).encode()).hexdigest()


def over(contract: Contract, on: date) -> bool:
    """Whether a contract has ended, so that data must be returned or deleted."""
    return contract.state == ContractState.TERMINATED or contract.ends_on <= on


def leads_provider(user: Any, contract: Contract) -> bool:
    """Whether this person may sign for the provider of a contract."""
    return contract.provider.team_id in teams_for(user, AGREE)


def annex_of(contract: Contract) -> ProcessingAnnex | None:
    """The annex that was agreed to, if any."""
    return (
        ProcessingAnnex.objects.filter(contract=contract)
        .select_related("agreed_by", "certified_by", "accepted_by")
        .first()
    )


@transaction.atomic
def agree(*, by: Any, contract: Contract, at: datetime | None = None) -> ProcessingAnnex:
    """The provider agrees to the terms in force. Refused: not_yours, wrong_state, agreed_already."""
    at = at or timezone.now()
    if not leads_provider(by, contract):
        raise Refused("not_yours", _("这份合同不是您机构的"))
    if contract.state == ContractState.DRAFT or over(contract, timezone.localdate(at)):
        raise Refused("wrong_state", _("合同履行期间才能签这份附件"))
    try:
        with transaction.atomic():
            row = ProcessingAnnex.objects.create(
                contract=contract,
                text_version=VERSION,
                text_digest=digest_of(VERSION),
                agreed_by=by,
                agreed_at=at,
            )
    except IntegrityError:
        raise Refused("agreed_already", _("这份附件已经签过了")) from None
    record(by, "annex.agreed", contract, version=VERSION)
    return row


@transaction.atomic
def certify(
    *, by: Any, contract: Contract, way: str, note: str = "", at: datetime | None = None
) -> ProcessingAnnex:
    """The provider certifies the return or deletion. Refused: not_yours, not_over, way_empty, wrong_state."""
    at = at or timezone.now()
    if not leads_provider(by, contract):
        raise Refused("not_yours", _("这份合同不是您机构的"))
    if not over(contract, timezone.localdate(at)):
        raise Refused("not_over", _("合同还没结束，先不用交证明"))
    if way not in ReturnWay.values:
        raise Refused("way_empty", _("请选怎么处理的"), field="way")
    annex, _made = ProcessingAnnex.objects.get_or_create(
        contract=contract, defaults={"text_version": VERSION, "text_digest": digest_of(VERSION)}
    )
    won = ProcessingAnnex.objects.filter(pk=annex.pk, accepted_at=None).update(
        way=way,
        note=note.strip()[:300],
        certified_by=by,
        certified_at=at,
        version=F("version") + 1,
        updated_at=at,
    )
    if not won:
        raise Refused("wrong_state", _("证明已经核收，不能再改"))
    record(by, "annex.certified", contract, way=way)
    annex.refresh_from_db()
    return annex


@transaction.atomic
def accept(*, by: Any, contract: Contract, at: datetime | None = None) -> ProcessingAnnex:
    """The bureau accepts the certificate. Refused: not_yours, own_certificate, wrong_state."""
    at = at or timezone.now()
    if not hats_with(by, ACCEPT):
        raise Refused("not_yours", _("核收证明由县民政局来办"))
    if ProcessingAnnex.objects.filter(contract=contract, certified_by=by).exists():
        raise Refused("own_certificate", _("自己交的证明，要由别人核收"))
    won = ProcessingAnnex.objects.filter(
        contract=contract, accepted_at=None, certified_at__isnull=False
    ).update(accepted_by=by, accepted_at=at, version=F("version") + 1, updated_at=at)
    if not won:
        raise Refused("wrong_state", _("还没有交证明，或者已经核收了"))
    record(by, "annex.accepted", contract)
    return ProcessingAnnex.objects.get(contract=contract)


@dataclass(frozen=True)
class Seen:
    """What the provider's people could see under a contract: households, visits, photos."""

    households: int
    visits: int
    photos: int


def seen_under(contract: Contract) -> Seen:
    """The counts that stand on the certificate."""
    from services.visits.models import VisitPhoto, VisitRecord

    records = VisitRecord.objects.filter(planned__task__contract=contract)
    return Seen(
        contract.tasks.values("need__household").distinct().count(),
        records.count(),
        VisitPhoto.objects.filter(record__in=records).count(),
    )
