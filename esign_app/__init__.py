"""An open, self-hosted CRM pipeline that gets contracts signed."""
