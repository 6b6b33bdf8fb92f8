"""The shapes on the wire. They never leave api/."""
