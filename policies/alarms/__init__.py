"""The versions of the mix of alarms: what wakes one senior, and what goes into the digest of all of them."""
