"""What people and staff are asked when a complaint has ended, as versioned statements."""
