"""`import_policy FILE [--publish]`: an official document becomes a page."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from content.pages.actions import import_notice
from content.pages.grammar import DocumentError


class Command(BaseCommand):
    """Reads a notice in plain text (UTF-8) and makes or renews its page."""

    help = "Turn the text of an official notice into a structured page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish", action="store_true", help="show the page at once")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise CommandError(f"{path}：打不开这个文件（{error.strerror}）。") from error
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise CommandError(f"{path} 第 {line} 行：不是 UTF-8 文字。请另存为 UTF-8 再试。") from error
        try:
            done = import_notice(text=text, publish=options["publish"])
        except DocumentError as error:
            raise CommandError(f"{path} {error}") from error
        word = "新建" if done.created else "更新"
        self.stdout.write(
            f"{word}：{done.page.document_number} {done.page.short_title}，{done.clauses} 个条目，{done.page.url}"
        )
        if not done.text_written:
            self.stdout.write("这一页已经公开：正文没有改。要换正文，请加 --publish。")
        if done.unknown_units:
            self.stdout.write("没有对上的责任单位：" + "、".join(done.unknown_units))
