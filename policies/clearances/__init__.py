"""Who clears the response of a complaint of each severity, in turn: one file a version."""
