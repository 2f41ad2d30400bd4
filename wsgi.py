"""Entry for WSGI servers: ``gunicorn wsgi:application``."""

from app.bootstrap import build_services
from app.config import settings_from
from app.factory import create_app
from app.kernel.garbage import settle

application = create_app(build_services(settings_from()))
settle()
