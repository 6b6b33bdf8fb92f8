#!/bin/sh
# Brings the schema of Temporal's two databases to the version of this image. Safe to repeat.
set -eu
bring() {
    tool="temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user temporal --database $1"
    # A database that has a version already is left alone by the first step's failure and taken on by the second.
    $tool setup-schema --version 0.0 || echo "$1 has a schema already"
    $tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$2/versioned"
}
bring temporal temporal
bring temporal_visibility visibility
