"""The looks of the office: theme classes, named parts, the board and the signature pad. No domain, no database."""
