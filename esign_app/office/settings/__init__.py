"""Settings: templates and the own company."""

PAGES: list = []
