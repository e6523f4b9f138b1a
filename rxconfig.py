"""Reflex's configuration. Nothing here is baked into the front end except what `esign build` sets for it."""

from pathlib import Path
from typing import Any

import reflex as rx

from esign_app import front_end
from esign_app.settings import settings


class RelativeAddress(rx.plugins.Plugin):
    """After a build: the JavaScript finds its server where it was loaded from, so the port stays a setting."""

    def post_build(self, **context: Any) -> None:
        if config.api_url == front_end.PLACEHOLDER:
            front_end.relative_address(Path(context["static_dir"]))


config = rx.Config(
    app_name="esign_app",
    cors_allowed_origins=settings().allowed_origins,
    # One process keeps what its tabs show in its memory; several must share it.
    state_manager_mode="redis" if settings().redis_url else "memory",
    redis_url=settings().redis_url or None,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[RelativeAddress()],
    # A sitemap would list the office's routes to strangers; Radix is 83 kB of CSS for parts we do not use.
    disable_plugins=[rx.plugins.SitemapPlugin, rx.plugins.RadixThemesPlugin],
)
