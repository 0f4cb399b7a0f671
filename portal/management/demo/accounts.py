"""The fixed demo accounts: one for each persona, each with something to do."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from portal.base.privacy import blind_index
from portal.management.demo.chance import Chance
from portal.models import Identity, User

PASSWORD = "shouwang-demo-2026"  # noqa: S105


@dataclass(frozen=True)
class Account:
    """A demo login: its name on screen, role and scope in words, and whether it shows a second factor."""

    username: str
    name: str
    role: str
    scope: str
    two_factor: bool = False


ACCOUNTS = (
    Account("applicant", "向小荷", "申请人", "机构申请在路上"),
    Account("volunteer-liu", "刘思源", "志愿者", "石潭镇，陪同上门"),
    Account("volunteer-wu", "吴清和", "志愿者", "石潭镇，没有任务"),
    Account("volunteer-zhao", "赵知行", "志愿者", "花石镇"),
    Account("volunteer-chen", "陈一帆", "志愿者", "石潭镇，任务昨天结束"),
    Account("worker-tonghe", "易明月", "护理员", "同禾社会工作服务中心（示例）"),
    Account("manager-tonghe", "邓文静", "机构负责人", "同禾社会工作服务中心（示例）", True),
    Account("manager-nuanlin", "熊佳宁", "机构负责人", "暖邻养老服务社（示例）", True),
    Account("worker-nuanlin", "钟海波", "护理员", "暖邻养老服务社（示例）"),
    Account("station-shitan", "文向阳", "社工站站长", "石潭镇社工站", True),
    Account("station-huashi", "左安然", "社工站站长", "花石镇社工站", True),
    Account("village-gucheng", "石嘉木", "民生员", "石潭镇古城村"),
    Account("village-luohan", "段雨桐", "民生员", "花石镇罗汉村"),
    Account("township-shitan", "田志远", "乡镇民政干部", "石潭镇", True),
    Account("township-huashi", "尹晓禾", "乡镇民政干部", "花石镇", True),
    Account("bureau", "沈子安", "县民政局救助股", "全县", True),
    Account("inspector", "宋知行", "抽查人员", "抽中的住户", True),
    Account("editor", "许文静", "网站编辑", "公开内容", True),
    Account("sysadmin", "苏海波", "系统管理员", "系统，不含业务数据", True),
    Account("worker-left", "马一帆", "离职护理员", "已停用"),
    Account("finance", "何佳宁", "财务", "合同与结算", True),
    Account("department-yibao", "唐安然", "部门经办人", "县医保局"),
)


def totp_secret(username: str) -> str:
    """The demo account's shared secret, repeatable and worthless: 32 base32 letters."""
    return base64.b32encode(hashlib.sha256(f"shouwang demo {username}".encode()).digest()[:20]).decode()


def new_user(chance: Chance, username: str, name: str, *, password: str = "", active: bool = True) -> User:
    """An unsaved demo user with a fictitious phone; without `password` nobody can log in as them."""
    phone = chance.phone()
    return User(
        uid=chance.uid(),
        username=username,
        name=name,
        phone=phone,
        phone_blind=blind_index(phone, "phone"),
        phone_verified=True,
        is_active=active,
        is_demo=True,
        password=password or make_password(None),
    )


def make_accounts(chance: Chance) -> dict[str, User]:
    """Create the fixed accounts; returns them by username."""
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        user = new_user(
            chance,
            account.username,
            account.name,
            password=password,
            active=account.username != "worker-left",
        )
        user.identity = Identity.objects.create(uid=chance.uid(), name=account.name)
        user.save()
        if account.two_factor:
            Authenticator.objects.create(
                user=user,
                type=Authenticator.Type.TOTP,
                data={"secret": get_adapter().encrypt(totp_secret(account.username))},
            )
    return {user.username: user for user in User.objects.filter(username__in=[a.username for a in ACCOUNTS])}


def account_rows() -> list[dict[str, Any]]:
    """What `seed_demo --json` prints of the accounts."""
    return [
        {
            "username": account.username,
            "password": PASSWORD,
            "totp_secret": totp_secret(account.username) if account.two_factor else "",
            "role": account.role,
            "scope": account.scope,
        }
        for account in ACCOUNTS
    ]
