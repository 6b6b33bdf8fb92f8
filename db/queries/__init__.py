"""All SQL of the project, as functions over a session. None of them commits."""
