"""What personal data is used for: each category with its purpose, ground in law, and the words read to people.

A category on the ground of `consent` needs its own answer (个人信息保护法 art. 14 and 29); one on the
ground of `duty` is told, not asked (art. 13, 17, 35). Words are never changed, only followed by a new
version: an answer stays tied to what was read. The digest of each text is kept by a test.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DUTY, CONSENT = "duty", "consent"
RECIPIENT, MEMBER = "recipient", "member"


@dataclass(frozen=True)
class Words:
    """The text read to people, from a day on, in Chinese; the version is that day."""

    since: date
    text: str

    @property
    def version(self) -> str:
        """The name of this text."""
        return self.since.isoformat()

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Purpose:
    """One category: whom it concerns, its name, purpose, ground, source, retention class and words, oldest first.

    `governs` says what an answer decides in the site today, or that nothing asks for it yet.
    """

    code: str
    whom: str
    name: str | Promise
    purpose: str | Promise
    ground: str
    source: str | Promise
    kept: str
    words: tuple[Words, ...]
    effect: str | Promise = ""
    governs: str | Promise = ""

    def words_on(self, day: date) -> Words:
        """The text in force on a day."""
        return max((text for text in self.words if text.since <= day), key=lambda text: text.since)

    def text_of(self, version: str) -> str:
        """The text an answer was given to."""
        return next((text.text for text in self.words if text.version == version), "")


_FIRST = date(2026, 1, 1)


def _p(
    code: str,
    whom: str,
    ground: str,
    kept: str,
    *labels: str | Promise,
    words: str,
    effect: str | Promise = "",
    governs: str | Promise = "",
) -> Purpose:
    name, purpose, source = labels
    return Purpose(code, whom, name, purpose, ground, source, kept, (Words(_FIRST, words),), effect, governs)


_ALL = (
    _p(
        "identity", RECIPIENT, DUTY, "register",
        _("姓名、身份证号、住址、电话"), _("认定供养、上门照料、核对有没有重复"),
        _("特困人员认定办法（民发〔2021〕43号）；个人信息保护法第 13 条第三项、第 35 条"),
        words="民政部门按规定登记您的姓名、身份证号、住址和电话，用来认定供养、安排人上门、核对有没有重复。"
        "身份证号只有镇里和县里核对时能看，看一次记一次。您可以问谁看过，可以要一份，错了可以改。",
    ),
    _p(
        "health", RECIPIENT, DUTY, "register",
        _("健康、残疾、自理能力"), _("评估自理能力，定照料标准"),
        _("特困人员认定办法第二十四条；个人信息保护法第 13 条第三项、第 28 条"),
        words="镇里要问您吃饭、穿衣、上下床、如厕、走动、洗澡六件事，记下您的病和残疾，用来定照料标准。"
        "这些只有镇里能看；县里和抽查的人要看，须写明原因，看一次记一次。",
    ),
    _p(
        "bank", RECIPIENT, DUTY, "money",
        _("银行账号"), _("发救助金和照料费"),
        _("社会救助暂行办法；个人信息保护法第 13 条第三项、第 28 条"),
        words="您的银行账号只用来发救助金和照料费。平时只显示后四位，要看全号须写明原因。",
    ),
    _p(
        "health_carer", RECIPIENT, CONSENT, "care",
        _("把健康情况告诉上门的人"), _("护理员知道您的病，才好照料您"),
        _("个人信息保护法第 23 条、第 29 条"),
        words="我们想把您的健康情况告诉给您上门的护理员和志愿者，好让他们照料得更合适。"
        "不告诉也可以，照样有人上门。您随时可以说不同意，说一声就行。",
        effect=_("撤回后，上门的人只看到要做的事，看不到病情。"),
        governs=_("平时谁上门都看不到病情，同意不同意都一样。以后要给上门的人看，只给同意的。"),
    ),
    _p(
        "photos", RECIPIENT, CONSENT, "photos",
        _("在家里拍照片"), _("看家里干不干净、安不安全，证明做了事"),
        _("个人信息保护法第 29 条"),
        words="上门的人想在您家里拍照片，用来证明做了什么、看家里安不安全。只拍屋里和做的事，不拍脸。"
        "照片存两年。不让拍也可以，照样有人上门。您随时可以说不让拍，拍过的我们删掉。",
        effect=_("撤回后不再拍，已经拍的照片马上删掉（有情况正在处理的除外）。"),
        governs=_("家里有人不同意，上门记录就不收照片。"),
    ),
    _p(
        "charity", RECIPIENT, CONSENT, "care",
        _("把困难情况转给慈善组织"), _("政府帮不到的，请慈善组织帮"),
        _("个人信息保护法第 23 条；社会救助暂行办法第六十一条"),
        words="政府的办法帮不到时，我们想把您的姓名、电话和困难转给慈善组织。转给哪一家、转了什么，会先告诉您。"
        "不同意也可以，不影响您已经有的帮助。您随时可以撤回。",
        effect=_("撤回后不再转；转出去的，我们通知对方删掉。"),
        governs=_("现在网上还不能转给慈善组织，只记下答复。以后要转，只转同意的。"),
    ),
    _p(
        "minor", RECIPIENT, CONSENT, "register",
        _("不满十四岁孩子的情况"), _("认定孤儿和困境儿童，安排照料"),
        _("个人信息保护法第 31 条；未成年人保护法第七十二条"),
        words="您监护的孩子不满十四岁。我们要记孩子的姓名、身份证号、上学和健康情况，用来认定和照料。"
        "这些只有镇里和县里能看，不公开，不拍照。您可以要一份，可以改，可以撤回。",
        effect=_("撤回后，除法律规定要留的，孩子的情况会删掉。"),
        governs=_("撤回不会自己删。撤回后请替孩子记一个删除要求，15 个工作日内办。"),
    ),
    _p(
        "member_identity", MEMBER, CONSENT, "member",
        _("姓名、身份证号、手机号"), _("核对身份，安排任务，发证明"),
        _("志愿服务条例第七条；个人信息保护法第 13 条第一项"),
        words="我们用您的姓名、身份证号和手机号核对身份、安排任务、开志愿服务证明。"
        "退出后联系方式删掉，服务时长用代号留着。",
        effect=_("撤回后不能再接任务。已经做的时长还在。"),
        governs=_("不同意或撤回了，就不能派新任务。撤回那一刻，手上的任务交回去另派人。"),
    ),
    _p(
        "whereabouts", MEMBER, CONSENT, "positions",
        _("签到时的位置"), _("证明到了住户家"),
        _("个人信息保护法第 28 条、第 29 条"),
        words="您上门签到、签退时，我们记一下手机的位置，用来证明到了住户家。平时不记。"
        "位置存 6 个月，之后只留距离。不同意也可以，签到时写一句原因就行。",
        effect=_("撤回后，签到不再记位置，请写一句原因。"),
        governs=_("不同意或撤回了，签到、签退就不记位置。"),
    ),
    _p(
        "member_public", MEMBER, CONSENT, "member",
        _("公开表扬时写出姓名"), _("公布志愿服务的好人好事"),
        _("个人信息保护法第 25 条"),
        words="公布好人好事时，我们想写出您的姓名和服务时长。不同意就不写。",
        effect=_("撤回后，公布的内容里去掉您的姓名。"),
        governs=_("现在网站不公布志愿者的姓名和时长，只记下答复。以后要公布，只写同意的。"),
    ),
)  # fmt: skip

PURPOSES: dict[str, Purpose] = {purpose.code: purpose for purpose in _ALL}


def purposes_for(whom: str) -> list[Purpose]:
    """The categories that concern recipients, or members of the work."""
    return [purpose for purpose in _ALL if purpose.whom == whom]
