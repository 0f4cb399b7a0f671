"""A round mark with the issuer's name, drawn here. It imitates no real seal: no star, no emblem, and it says what it is."""

import math
from html import escape

RED = "#b3261e"
SIZE, RADIUS = 200, 76


def seal_svg(name: str) -> str:
    """The mark as SVG: the name runs round the upper part of the ring, one letter after the other."""
    step = min(26.0, 250.0 / max(len(name), 1))
    first = -step * (len(name) - 1) / 2
    letters = "".join(_letter(letter, first + n * step) for n, letter in enumerate(name))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}" '
        f'fill="{RED}" font-family="Noto Sans CJK SC, Source Han Sans SC, sans-serif" text-anchor="middle">'
        f'<circle cx="100" cy="100" r="95" fill="none" stroke="{RED}" stroke-width="4"/>{letters}'
        '<text x="100" y="106" font-size="17">志愿服务记录</text>'
        '<text x="100" y="130" font-size="12">电子签发 扫码核验</text></svg>'
    )


def _letter(letter: str, degrees: float) -> str:
    angle = math.radians(degrees)
    x, y = 100 + RADIUS * math.sin(angle), 100 - RADIUS * math.cos(angle)
    return (
        f'<text font-size="20" transform="translate({x:.1f} {y:.1f}) rotate({degrees:.1f})" dy="7">'
        f"{escape(letter)}</text>"
    )
