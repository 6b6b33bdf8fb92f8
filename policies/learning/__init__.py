"""What lies behind what went wrong, as codes for learning."""
