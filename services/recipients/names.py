"""Names of people: written in Han, normalised, and the key by which lists sort and searches match.

A surname has its own reading (曾 Zēng, 单 Shàn), so the table of surnames is asked before the dictionary.
"""

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from portal.base.refused import Refused

MAX_LENGTH = 50
KEY_LENGTH = 120
DOT = "·"

SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "朴": "piao",
    "查": "zha",
    "乐": "yue",
    "盖": "ge",
    "覃": "qin",
    "任": "ren",
    "华": "hua",
    "缪": "miao",
    "员": "yun",
    "冼": "xian",
    "翟": "zhai",
    "黑": "he",
    "折": "she",
    "召": "shao",
    "繁": "po",
    "秘": "bi",
    "种": "chong",
    "祭": "zhai",
    "能": "nai",
    "乜": "nie",
    "撒": "sa",
    "钭": "tou",
    "尉": "wei",
    "宁": "ning",
    "纪": "ji",
    "燕": "yan",
    "那": "na",
    "曲": "qu",
    "晟": "cheng",
    "洗": "xian",
    "句": "gou",
    "逄": "pang",
    "郇": "xun",
    "隗": "wei",
    "佴": "nai",
    "卜": "bu",
    "柏": "bai",
    "车": "che",
    "强": "qiang",
    "盛": "sheng",
    "葛": "ge",
    "应": "ying",
    "于": "yu",
    "都": "du",
    "贾": "jia",
    "石": "shi",
    "沈": "shen",
    "谌": "chen",
    "佘": "she",
}
COMPOUND_SURNAMES = {
    "欧阳": "ou yang",
    "司马": "si ma",
    "上官": "shang guan",
    "诸葛": "zhu ge",
    "东方": "dong fang",
    "皇甫": "huang fu",
    "尉迟": "yu chi",
    "公孙": "gong sun",
    "长孙": "zhang sun",
    "慕容": "mu rong",
    "司徒": "si tu",
    "司空": "si kong",
    "令狐": "ling hu",
    "宇文": "yu wen",
    "夏侯": "xia hou",
    "轩辕": "xuan yuan",
    "端木": "duan mu",
    "百里": "bai li",
    "呼延": "hu yan",
    "闻人": "wen ren",
    "赫连": "he lian",
    "澹台": "tan tai",
    "公冶": "gong ye",
    "宗政": "zong zheng",
    "濮阳": "pu yang",
    "淳于": "chun yu",
    "申屠": "shen tu",
    "仲孙": "zhong sun",
    "钟离": "zhong li",
    "鲜于": "xian yu",
    "闾丘": "lü qiu",
    "南宫": "nan gong",
    "东郭": "dong guo",
    "万俟": "mo qi",
    "单于": "chan yu",
    "独孤": "du gu",
    "西门": "xi men",
    "拓跋": "tuo ba",
    "第五": "di wu",
}

_PLAIN_NAME = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{2,20}")
_DOTS = re.compile(r"[•・．‧∙⋅･]")
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_HAN = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
    (0x3007, 0x3007),
)


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one, the rare planes and 〇 among them."""
    return any(low <= ord(char) <= high for low, high in _HAN)


def clean_name(text: str) -> str:
    """A person's name as it is stored: Han only, with the middle dot of longer names made one.

    Refused: name_empty, name_length, name_characters.
    """
    if _PLAIN_NAME.fullmatch(text):
        return text
    name = _DOTS.sub(DOT, _BLANKS.sub("", text))
    if not name:
        raise Refused("name_empty", _("请填姓名"))
    if len(name) > MAX_LENGTH:
        raise Refused("name_length", _("姓名最多 %(count)d 个字") % {"count": MAX_LENGTH})
    wrong = [char for char in name if not is_han(char) and char != DOT]
    if wrong:
        raise Refused("name_characters", _("姓名请写汉字，“%(char)s”不能用") % {"char": wrong[0]})
    parts = name.split(DOT)
    if not all(parts):
        raise Refused("name_characters", _("姓名里的点要放在两个字中间"))
    if sum(len(part) for part in parts) < 2:
        raise Refused("name_length", _("请把姓和名都写上"))
    return name


@lru_cache(maxsize=16_384)
def name_key(name: str) -> str:
    """The pinyin by which a name sorts: syllables with a blank between, the surname by its own reading."""
    surname, reading = _surname(name)
    if not surname and DOT not in name:
        surname, reading = name[:1], _syllables(name[:1])
    rest = _syllables(name[len(surname) :].replace(DOT, ""))
    return _plain(f"{reading} {rest}" if reading and rest else reading or rest)[:KEY_LENGTH]


@lru_cache(maxsize=16_384)
def _syllables(text: str) -> str:
    """Given names repeat; the dictionary is asked once for each."""
    return " ".join(syllable for syllable in lazy_pinyin(text) if syllable)


def search_key(text: str) -> str:
    """What somebody typed as pinyin, to be found in a name key without its blanks; empty for anything else."""
    plain = _plain(unicodedata.normalize("NFKC", text)).replace(" ", "").replace("'", "")
    return plain if re.fullmatch(r"[a-z]+", plain) else ""


def _surname(name: str) -> tuple[str, str]:
    compound = COMPOUND_SURNAMES.get(name[:2])
    if compound and len(name) > 2 and DOT not in name:
        return name[:2], compound
    if name[:1] in SURNAMES and DOT not in name:
        return name[0], SURNAMES[name[0]]
    return "", ""


def _plain(pinyin: str) -> str:
    return pinyin.lower().replace("ü", "v")
