"""What every body owes the people of a case, whatever its procedure: data, read by policies.duty_files."""
