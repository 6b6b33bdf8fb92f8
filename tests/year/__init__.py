"""A year of one trust, lived on the real engine under skipped time: complaints, and all that happens with them."""
