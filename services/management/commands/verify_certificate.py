"""`manage.py verify_certificate FILE|CODE`: proves a certificate from the paper's code or its PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.hours.queries import revoked
from services.hours.rules import hours_words
from services.hours.signing import MARK, NotGenuine, proved, public_keys, readable

WHY = {
    "no_code": "里面没有核验码（SWZM1.…）",
    "unknown_key": "不是用公布的密钥签的",
    "changed": "内容或签名被改过",
}


class Command(BaseCommand):
    """Without `--keys` and `--revoked` this site's own; with both nothing of this site is asked."""

    help = "核验志愿服务记录证明：给 PDF 文件，或给核验码"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="PDF 文件，或 SWZM1. 开头的核验码")
        parser.add_argument("--keys", help="从 /verify/key/ 存下的文件")
        parser.add_argument("--revoked", help="从 /verify/revoked/ 存下的文件")

    def handle(self, *args: Any, **options: Any) -> None:
        what = options["what"]
        raw = what.encode() if what.startswith(MARK) else readable(self._bytes(what))
        keys = self._listed(options["keys"]) if options["keys"] else public_keys()
        try:
            facts = proved(raw, keys)
        except NotGenuine as fault:
            raise CommandError(f"核验不通过：{WHY[fault.code]}") from None
        gone = (
            set(self._listed(options["revoked"]))
            if options["revoked"]
            else set(revoked().filter(no=facts["no"]).values_list("no", flat=True))
        )
        if facts["no"] in gone:
            raise CommandError(f"{facts['no']} 签名是真的，但已经作废")
        self.stdout.write(
            f"{facts['no']} 有效：{facts['name']}，{facts['from']} 至 {facts['to']}，"
            f"{hours_words(facts['minutes'])}，{facts['issuer']} {facts['issued_on']} 出具"
        )

    def _bytes(self, path: str) -> bytes:
        try:
            return Path(path).read_bytes()
        except OSError as fault:
            raise CommandError(f"读不了文件：{fault.strerror}") from None

    def _listed(self, path: str) -> dict[str, str]:
        """First word: second word, of each line that is no remark."""
        lines = self._bytes(path).decode("utf-8", "replace").splitlines()
        pairs = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        return {pair[0]: pair[1] for pair in pairs if len(pair) > 1}
