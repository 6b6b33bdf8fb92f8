"""The steps of what leaders do regularly, a file a kind and version."""
