"""The WSGI door of the site. It does not open over a database that could lose what it acknowledged."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection

from portal.page_cache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
application = PageCache(get_wsgi_application())

from portal.base import worker  # noqa: E402 - needs the apps that the line above set up
from portal.base.database import broken_promises  # noqa: E402

if problems := broken_promises(connection):
    raise ImproperlyConfigured("; ".join(problems))
connection.close()
if settings.EMBEDDED_WORKER:
    worker.start()
