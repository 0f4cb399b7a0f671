"""Money: integer fen inside, rounded once, shown in yuan, written in capital numerals on paper."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from portal.base.refused import Refused

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = ("", "拾", "佰", "仟")
_AMOUNT = re.compile(r"(?P<yuan>[0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.(?P<cents>[0-9]*))?")
_LARGEST_YUAN_DIGITS = 12


def to_fen(yuan: Decimal | int) -> int:
    """Yuan to whole fen, half up. The one place where money is rounded; a float is a mistake."""
    if isinstance(yuan, float):
        raise TypeError("money is never a float")
    return int((Decimal(yuan) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def fen_from_text(text: str) -> int:
    """What a person typed, in fen: full-width digits, commas, ¥ and 元 are fine. Refused: money."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"^(人民币|RMB|¥|¥)+|(元整?|块)$", "", plain, flags=re.IGNORECASE)
    if not plain:
        raise Refused("money", _("请填金额，比如 58.00"))
    if plain[0] in "-−" and _AMOUNT.fullmatch(plain[1:]):
        raise Refused("money", _("金额不能小于 0，请再看一遍"))
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise Refused("money", _("金额只填数字，比如 58.00"))
    yuan = match["yuan"].replace(",", "").lstrip("0") or "0"
    cents = match["cents"] or ""
    if len(cents) > 2:
        raise Refused("money", _("金额最多两位小数，到分为止"))
    if len(yuan) > _LARGEST_YUAN_DIGITS:
        raise Refused("money", _("金额太大了，请再看一遍"))
    return int(yuan) * 100 + int(cents.ljust(2, "0"))


def yuan_text(fen: int) -> str:
    """Yuan with two decimals and thousands separators: 58.00, 1,234.50."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{cents:02d}"


def yuan_short(fen: int) -> str:
    """For lists: 58, and 58.50 where there are fen."""
    return yuan_text(fen).removesuffix(".00")


def in_words(fen: int) -> str:
    """The amount in capital numerals for agreements and payment notes: 人民币壹仟贰佰叁拾肆元伍角整.

    After the rules for bills: 整 after yuan or jiao, never after fen; 零 before fen without jiao.
    """
    yuan, cents = divmod(abs(fen), 100)
    jiao, rest = divmod(cents, 10)
    words = _whole(yuan) + "元" if yuan or not cents else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif rest and words:
        words += "零"
    words += f"{_DIGITS[rest]}分" if rest else "整"
    return f"人民币{'负' if fen < 0 else ''}{words}"


def _whole(number: int) -> str:
    """A whole number in capital numerals; 零 bridges every gap once."""
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            upper, lower = divmod(number, size)
            bridge = "零" if lower and lower < size // 10 else ""
            return _whole(upper) + unit + (bridge + _whole(lower) if lower else "")
    if number == 0:
        return "零"
    words = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            words += _DIGITS[digit] + _SMALL_UNITS[place]
        elif words and number % 10**place and not words.endswith("零"):
            words += "零"
    return words


def split_fen(total: int, parts: int) -> list[int]:
    """Split into parts that differ by one fen at most and sum to the total; the larger ones first."""
    if parts < 1:
        raise ValueError("at least one part")
    share, rest = divmod(total, parts)
    return [share + 1] * rest + [share] * (parts - rest)
