"""What the web server loads: the whole application inside the headers every answer carries.

`granian --interface asgi esign_app.asgi:app` works as well as `esign run`. Importing this opens no database; the
lifespan does.
"""

import os

from starlette.types import ASGIApp

from esign_app import front_end
from esign_app.gate import Gate
from esign_app.headers import Headers
from esign_app.public import verify
from esign_app.settings import settings
from esign_app.watched import Watched


def _application() -> ASGIApp:
    built = front_end.current()
    if built is None:
        raise SystemExit("The front end has not been built yet. Run: esign build")
    # Reflex reads these when its app is called. The two with underscores are internal to it, hence the exact pin.
    os.environ.setdefault("REFLEX_ENV_MODE", "prod")
    os.environ["__REFLEX_SKIP_COMPILE"] = "true"
    os.environ["__REFLEX_MOUNT_FRONTEND_COMPILED_APP"] = "true"
    os.environ["REFLEX_WEB_WORKDIR"] = str(built)
    # Reflex resolves rxconfig.py and its asset links against the working directory.
    os.chdir(front_end.ROOT)

    from esign_app.esign_app import app

    gate = Gate(
        app(),
        hosts=settings().allowed_hosts,
        larger={"/verify": verify.LARGEST_POST},
        patience=settings().body_seconds,
    )
    return Watched(Headers(gate, built / "build" / "client"), settings().proxies)


app = _application()
