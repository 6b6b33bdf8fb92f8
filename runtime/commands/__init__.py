"""The commands about complaints, one module each; heavy imports stay inside the functions."""
