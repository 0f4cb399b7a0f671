"""Rules for passwords, in our words: Django's own come out in English."""

from django.contrib.auth import password_validation as django_rules
from django.utils.translation import gettext as _


class LongEnough(django_rules.MinimumLengthValidator):
    """At least `min_length` characters."""

    def get_error_message(self) -> str:
        """What to do."""
        return _("密码太短，至少要 %(count)d 位") % {"count": self.min_length}

    def get_help_text(self) -> str:
        """The same, beforehand."""
        return _("至少 %(count)d 位") % {"count": self.min_length}


class NotCommon(django_rules.CommonPasswordValidator):
    """None of the twenty thousand that everybody tries first."""

    def get_error_message(self) -> str:
        """What to do."""
        return _("这个密码太常见，别人一猜就中。请换一个")

    def get_help_text(self) -> str:
        """The same, beforehand."""
        return _("不要用太常见的密码")


class NotOnlyDigits(django_rules.NumericPasswordValidator):
    """Birthdays and telephone numbers are known to others."""

    def get_error_message(self) -> str:
        """What to do."""
        return _("密码不能只有数字，请加几个字母")

    def get_help_text(self) -> str:
        """The same, beforehand."""
        return _("不能只有数字")
