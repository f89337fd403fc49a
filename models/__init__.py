"""Pure science: text in, numbers out. No database, no network, no screen."""
