"""The versions of the list of Ombudsmen and regulators that may ask about a complaint."""
