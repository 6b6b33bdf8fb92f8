"""The versions of the rule that says how serious a complaint is."""
