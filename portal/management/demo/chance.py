"""Fictitious names, numbers and identifiers, drawn from one seed."""

import random
import uuid
from datetime import date

SURNAMES = "周罗彭刘邓谭龙冯胡贺邹李王曾欧郭唐肖谢陈杨黄何马赵吴沈宋许苏易尹向田石文左段熊钟"
FEMALE = [
    "桂莲",
    "秀英",
    "玉娥",
    "冬秀",
    "菊香",
    "爱云",
    "春桃",
    "满珍",
    "金凤",
    "淑兰",
    "月华",
    "翠兰",
    "银秀",
    "友莲",
    "福珍",
    "连英",
]
MALE = [
    "福生",
    "义和",
    "春林",
    "德初",
    "金山",
    "长庚",
    "石安",
    "云开",
    "大顺",
    "立秋",
    "国清",
    "南生",
    "有田",
    "松柏",
    "正禾",
    "水清",
]
YOUNG = [
    "晓禾",
    "思源",
    "雨桐",
    "子安",
    "佳宁",
    "文静",
    "志远",
    "明月",
    "海波",
    "一帆",
    "小荷",
    "安然",
    "嘉木",
    "知行",
    "清和",
    "向阳",
]
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Chance:
    """One stream of repeatable chance, with the makers of invented facts."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self._number = 0

    def uid(self) -> uuid.UUID:
        """A repeatable UUID that says it is of version 7."""
        value = self.random.getrandbits(128)
        value = value & ~(0xF << 76) | 7 << 76
        return uuid.UUID(int=value & ~(0x3 << 62) | 2 << 62)

    def old_name(self, sex: str) -> str:
        """A name of somebody born long ago."""
        return self.random.choice(SURNAMES) + self.random.choice(FEMALE if sex == "f" else MALE)

    def young_name(self) -> str:
        """A name of somebody at work today."""
        return self.random.choice(SURNAMES) + self.random.choice(YOUNG)

    def phone(self) -> str:
        """A number of a range nobody is given: 190 0000 xxxx."""
        self._number += 1
        return f"+861900000{self._number:04d}"

    def id_number(self, born: date, sex: str, order: int) -> str:
        """A number with a right check digit and a division that never existed."""
        body = f"439900{born:%Y%m%d}{order * 2 % 1000 + (1 if sex == 'm' else 0):03d}"
        rest = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11
        return body + "10X98765432"[rest]
