"""The editor of one template: its text, what it may name, and how it looks."""
