"""The page of a body without a system: rendered here, without scripts; opened by a link and a one-time code."""
