"""Who edits: the group of editors, with rights over our pages and the words of the search, and nothing else."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission

from content.pages.tree import home_page

GROUP = "Editors"
PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "unlock_page")
WORD_RIGHTS = ("add_synonymgroup", "change_synonymgroup", "delete_synonymgroup", "view_synonymgroup")


@transaction.atomic
def ensure_editor_group() -> Group:
    """The group whose members write, change and publish pages below the home page."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    home = home_page()
    GroupPagePermission.objects.filter(group=group).exclude(page=home).delete()
    for codename in PAGE_RIGHTS:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
    for codename in WORD_RIGHTS:
        group.permissions.add(Permission.objects.get(content_type__app_label="content", codename=codename))
    return group
