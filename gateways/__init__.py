"""Clients of the systems beside us, each behind one Protocol with a real and a local implementation."""
