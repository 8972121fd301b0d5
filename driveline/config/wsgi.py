"""The WSGI entry for gunicorn, granian or any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "driveline.config.settings.prod")
application = get_wsgi_application()
