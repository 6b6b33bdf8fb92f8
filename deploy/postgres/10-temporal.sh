#!/bin/sh
# Runs once, when the data directory is new: Temporal's own role and its two databases.
set -eu
psql --username "$POSTGRES_USER" --set ON_ERROR_STOP=1 --set password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
create role temporal login password :'password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
