"""What each act does to a case, inside the one transaction that applies it."""
