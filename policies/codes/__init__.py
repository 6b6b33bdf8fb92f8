"""Reference data: lists of codes, one TOML file for each version, each list with its source and its certainty."""
