"""The own company and who signs for it."""
