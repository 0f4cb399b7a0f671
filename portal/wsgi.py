"""The WSGI door of the site."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
application = get_wsgi_application()

from portal.base import worker  # noqa: E402 - needs the apps that the line above set up

if settings.EMBEDDED_WORKER:
    worker.start()
