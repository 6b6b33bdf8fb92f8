"""How a process starts: settings, the embedded stack, the command line, logging."""
