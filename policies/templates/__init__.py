"""The words of letters and messages: one TOML file for each version, not edited once in use."""
