"""REST v1: what the office can do, for scripts. A module per noun; each handler makes one domain call."""
