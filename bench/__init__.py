"""The measurements of `make bench`: what Redress costs beside the least that the same servers would need."""
