"""The rule sets of the duty of candour, one file for each and version."""
