"""The `esign` command: thin doors to the same functions the server uses, one file per command."""
