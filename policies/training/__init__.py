"""The courses for people who work on complaints, one TOML file a version."""
