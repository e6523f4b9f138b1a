"""`python -m esign_app.cli ...`, for a tree that is not installed."""

import sys

from esign_app.cli.main import main

sys.exit(main())
