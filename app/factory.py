"""Services -> WSGI application: pages and API on one Flask app."""

from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.bootstrap import Services


def create_app(services: Services) -> APIFlask:
    """Build the application. Imports of web and api stay here: nothing below knows them."""
    from app import api, web  # noqa: PLC0415  the factory stands above both

    application = APIFlask(
        "app.web", title="OneSet", version="1", spec_path="/api/v1/openapi.json", docs_path=None
    )
    application.extensions["oneset"] = services
    application.config["MAX_CONTENT_LENGTH"] = 64 << 20
    application.config["MAX_FORM_MEMORY_SIZE"] = 4 << 20
    if services.settings.trusted_proxies:
        hops = services.settings.trusted_proxies
        application.wsgi_app = ProxyFix(application.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
    web.install(application)
    api.install(application)
    return application
