"""Tables only. Import `db.models.registry` to have every table in `Base.metadata`."""
