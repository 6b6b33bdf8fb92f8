"""Reference data of remedies, one file per version, each with its certainty."""
