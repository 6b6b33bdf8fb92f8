"""Effects: what touches the world. One class per collaborator, one method per effect."""
