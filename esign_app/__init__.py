"""An open, self-hosted CRM pipeline that gets contracts signed."""

__version__ = "0.1.0"
