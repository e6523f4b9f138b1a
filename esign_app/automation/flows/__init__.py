"""Fixed flows: what follows a fact by itself, and no rule can switch off."""
