#!/usr/bin/env bash
# Runs once, when the PostgreSQL volume is empty: two databases, and two users for ours.
# The owner changes the shape of the tables; the application may read and write rows, but can neither drop the
# triggers that protect the ledger nor truncate a table.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v owner_password="$ZR_DB_OWNER_PASSWORD" \
    -v app_password="$ZR_DB_PASSWORD" \
    -v prefect_password="$PREFECT_DB_PASSWORD" <<'SQL'
CREATE ROLE zr_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE zr_app LOGIN PASSWORD :'app_password';
CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE DATABASE zone_reform OWNER zr_owner;
CREATE DATABASE prefect OWNER prefect;
REVOKE ALL ON DATABASE zone_reform FROM PUBLIC;
REVOKE ALL ON DATABASE prefect FROM PUBLIC;
GRANT CONNECT ON DATABASE zone_reform TO zr_app;
\connect zone_reform
GRANT USAGE ON SCHEMA public TO zr_app;
ALTER DEFAULT PRIVILEGES FOR ROLE zr_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO zr_app;
ALTER DEFAULT PRIVILEGES FOR ROLE zr_owner GRANT USAGE, SELECT ON SEQUENCES TO zr_app;
SQL
