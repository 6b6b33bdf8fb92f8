"""The page on which people and staff say how it was."""
