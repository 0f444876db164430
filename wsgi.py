"""The site for any WSGI server: ``waitress-serve wsgi:app`` or ``gunicorn wsgi:app``.

Run ``fwsite db upgrade`` once before, and after every update; ``fwsite serve`` does both by itself.
"""

from fwsite import create_app
from fwsite.server import service_lock

app = create_app()
service_lock.hold(app)
