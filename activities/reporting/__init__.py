"""Reports put together from what chains of evidence come to."""
