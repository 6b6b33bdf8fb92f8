"""The versions of every procedure, one TOML file each, read by policies/procedure_files.py."""
