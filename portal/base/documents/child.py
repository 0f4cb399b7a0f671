"""Starting the child, feeding it, and never trusting it: not its time, not its memory, not its answer."""

import json
import os
import subprocess  # noqa: S404 - the one child we start is our own module
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from portal.base.cleaning import Unsound
from portal.base.documents.rendering import MAX_PAGES, MEMORY_BYTES

SECONDS = 30
AT_ONCE = 2
PATIENCE_SECONDS = 10
_MOST_OUT = MAX_PAGES * 2_000_000
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Page:
    """One page as a picture made by the child."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Work:
    """What the child made of the bytes, and what it took: its peak of memory (as it says), its time on the processor."""

    pages: list[Page]
    unsound: Unsound | None
    peak_bytes: int
    cpu_seconds: float
    wall_seconds: float


def take_apart(raw: bytes) -> Work:
    """Let a child make pictures of these bytes. Unsound `busy` when too many are at work in this process."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Unsound("busy")
    try:
        return _run(raw)
    finally:
        _places.release()


def _run(raw: bytes) -> Work:
    began = time.monotonic()
    child = subprocess.Popen(  # noqa: S603 - fixed words, no shell, nothing of the upload among them
        [sys.executable, "-m", "portal.base.documents.rendering"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=settings.ROOT,
        env={"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        close_fds=True,
    )
    assert child.stdin is not None and child.stdout is not None
    clock = threading.Timer(SECONDS, child.kill)
    feeder = threading.Thread(target=_feed, args=(child.stdin, raw), daemon=True)
    clock.start()
    feeder.start()
    try:
        answer = child.stdout.read(_MOST_OUT + 1)
        child.stdout.close()
        if len(answer) > _MOST_OUT:
            child.kill()
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    finally:
        clock.cancel()
    feeder.join()
    pages, unsound, peak = _read(answer, child.returncode)
    return Work(pages, unsound, peak, used.ru_utime + used.ru_stime, time.monotonic() - began)


def _feed(pipe: IO[bytes], raw: bytes) -> None:
    try:
        pipe.write(raw)
        pipe.close()
    except BrokenPipeError:
        # The child is gone already; its end says why.
        return


def _read(answer: bytes, code: int) -> tuple[list[Page], Unsound | None, int]:
    """The pages of an answer that adds up; whatever else came is `heavy`: it died of the bytes."""
    head, _, rest = answer.partition(b"\n")
    try:
        if code != 0 or len(answer) > _MOST_OUT:
            raise ValueError("ended by its limits")
        told = json.loads(head)
        peak = int(told["peak"])
        if "unsound" in told:
            return [], Unsound(str(told["unsound"]), int(told["count"])), peak
        return _pages(told["pages"], rest), None, peak
    except (ValueError, TypeError, KeyError):
        return [], Unsound("heavy"), MEMORY_BYTES


def _pages(told: list[tuple[int, int, int]], rest: bytes) -> list[Page]:
    """The pictures one behind the other. Raises ValueError when the sizes do not add up."""
    if not 0 < len(told) <= MAX_PAGES:
        raise ValueError("no pages, or too many")
    pages, start = [], 0
    for size, width, height in told:
        if not 0 < size <= len(rest) - start:
            raise ValueError("sizes that do not add up")
        pages.append(Page(rest[start : start + size], width, height))
        start += size
    if start != len(rest):
        raise ValueError("bytes left over")
    return pages
