"""What reports count, and by which rules."""
