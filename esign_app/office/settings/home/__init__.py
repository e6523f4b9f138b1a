"""The index of the settings."""
