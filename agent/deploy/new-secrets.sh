#!/bin/sh
# Write what docker-compose.yml needs and git never sees: secrets/ with random passwords and keys, and a .env to fill in.
# What is there already is kept. Run it in the folder of docker-compose.yml.
set -eu
[ -f docker-compose.yml ] || { echo "new-secrets: run me beside docker-compose.yml" >&2; exit 1; }

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
# The folder keeps other people out; inside, the containers' unprivileged users must be able to read.
keep() {
    if [ -s "secrets/$1" ]; then echo "kept     secrets/$1"; return; fi
    printf '%s' "$2" >"secrets/$1"
    chmod 0444 "secrets/$1"
    echo "written  secrets/$1"
}

mkdir -p secrets
chmod 0700 secrets
keep gatehouse_postgres_password "$(random)"
keep gatehouse_database_url "postgresql+psycopg://gatehouse:$(cat secrets/gatehouse_postgres_password)@postgres:5432/gatehouse"
keep gatehouse_master_key "$(random)"
keep odoo_postgres_password "$(random)"

if [ -e .env ]; then
    echo "kept     .env"
else
    (umask 077; cat >.env <<'ENV'
# Settings of Gatehouse; `gatehouse doctor` explains them. An empty line means: not set.
# The Odoo beside it (change the password of its first user before anybody else can reach it):
# GATEHOUSE_ODOO_URL=http://odoo:8069
# GATEHOUSE_ODOO_DB=odoo
# GATEHOUSE_ODOO_USER=
# GATEHOUSE_ODOO_PASSWORD=
# Any OpenAI-compatible model; without one the embedded reader serves:
# GATEHOUSE_LLM_BASE_URL=
# GATEHOUSE_LLM_MODEL=
# GATEHOUSE_LLM_API_KEY=
GATEHOUSE_PUBLIC_URL=http://127.0.0.1:8070
ENV
    )
    echo "written  .env"
fi
