"""Tables, sessions and all SQL. Functions here never commit: whoever opened the session does."""
