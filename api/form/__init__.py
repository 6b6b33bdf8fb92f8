"""The online form: a page that somebody without an account fills in to complain, or to tell something else."""
