"""Days as people say them, in the language of the reader."""

from datetime import date

from django.utils.translation import get_language

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def in_english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def day_words(day: date) -> str:
    """2026年11月24日, or 24 November 2026."""
    if in_english():
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def month_day_words(day: date) -> str:
    """11月24日, or 24 November."""
    return f"{day.day} {MONTHS[day.month - 1]}" if in_english() else f"{day.month}月{day.day}日"


def month_words(day: date) -> str:
    """2026年11月, or November 2026."""
    return f"{MONTHS[day.month - 1]} {day.year}" if in_english() else f"{day.year}年{day.month}月"
