"""Pure business rules over frozen values. No I/O except reading the TOML shipped here; `now` is passed in."""
