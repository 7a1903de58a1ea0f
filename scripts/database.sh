# shellcheck shell=bash
# The private PostgreSQL cluster of the stack: reachable only through a socket in a directory that is
# closed to everybody else.

pg_bin=/usr/lib/postgresql/15/bin
pg_database=kidevent

database_running() { as_run_user "$pg_bin/pg_ctl" status -D "$dev_dir/pg" >/dev/null 2>&1; }

database_start() {
    [ -f "$dev_dir/pg/PG_VERSION" ] || database_create
    database_write_config
    if database_running; then
        as_run_user "$pg_bin/pg_ctl" reload -s -D "$dev_dir/pg"
        return 0
    fi
    step "starting PostgreSQL"
    as_run_user "$pg_bin/pg_ctl" start -s -w -t 60 -D "$dev_dir/pg" \
        -l "$dev_dir/log/postgresql.log" </dev/null ||
        fail "PostgreSQL does not start" "$dev_link/log/postgresql.log says why"
}

database_create() {
    step "creating a PostgreSQL cluster in $dev_link/pg"
    as_run_user rm -rf "$dev_dir/pg"
    as_run_user "$pg_bin/initdb" -D "$dev_dir/pg" -U postgres --auth-local=peer --auth-host=reject \
        --encoding=UTF8 --locale=C.UTF-8 --data-checksums --no-instructions >"$dev_dir/log/initdb.log" 2>&1 ||
        fail "the cluster could not be created" "$dev_link/log/initdb.log says why"
}

# Only the user of the servers may be the superuser; every role of the application needs its password.
database_write_config() {
    as_run_user tee "$dev_dir/pg/pg_hba.conf" >/dev/null <<TEXT
local all postgres peer map=stack
local $pg_database all scram-sha-256
TEXT
    echo "stack $run_user postgres" | as_run_user tee "$dev_dir/pg/pg_ident.conf" >/dev/null
    as_run_user tee "$dev_dir/pg/postgresql.auto.conf" >/dev/null <<TEXT
listen_addresses = ''
unix_socket_directories = '$dev_dir/run/pg'
unix_socket_permissions = 0700
port = 5432
max_connections = 200
password_encryption = 'scram-sha-256'
shared_buffers = '128MB'
fsync = on
# Parameters of statements hold passwords and children's names.
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_min_duration_statement = '1s'
log_line_prefix = '%m [%p] %u '
log_timezone = 'UTC'
timezone = 'UTC'
TEXT
}

database_stop() {
    database_running || return 0
    step "stopping PostgreSQL"
    as_run_user "$pg_bin/pg_ctl" stop -s -w -t 60 -m fast -D "$dev_dir/pg"
}

# psql as the superuser, without the caller's settings
database_superuser_psql() {
    as_run_user env -u PGPASSWORD -u PGSERVICE PGHOST="$dev_dir/run/pg" PGPORT=5432 PGUSER=postgres \
        PGOPTIONS='-c log_statement=none -c log_min_error_statement=panic -c client_min_messages=warning' \
        psql -X -q -v ON_ERROR_STOP=1 "$@"
}

# Roles, passwords and the database. The passwords travel on standard input, where no list of processes
# shows them.
database_provision() {
    step "roles and database"
    local name
    {
        for name in app router platform migrator jobs backup; do
            printf "\\set %s_password '%s'\n" "$name" "$(instance_secret "$name")"
        done
        printf '\\set database %s\n' "$pg_database"
        cat sql/roles.sql
    } | database_superuser_psql -d postgres >/dev/null || fail "sql/roles.sql failed"
}
