"""The WSGI door of the site. It does not open over a database that could lose what it acknowledged."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connection

from portal.page_cache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
application = PageCache(get_wsgi_application())

from portal.base import row_security, worker  # noqa: E402 - needs the apps that the line above set up
from portal.base.database import broken_promises  # noqa: E402
from services.casework import second_lock  # noqa: E402

problems = broken_promises(connection)
if settings.ROW_LEVEL_SECURITY:
    problems += second_lock.problems(connection)
if problems:
    raise ImproperlyConfigured("; ".join(problems))
row_security.serve_people()
connection.close()
if settings.EMBEDDED_WORKER:
    worker.start()
