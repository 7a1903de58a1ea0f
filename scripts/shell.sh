# shellcheck shell=bash
# The caller's own access to the running stack: the command line of the platform, psql, and a shell's
# environment. All of it runs as the caller, who can read the caller's files.

# hex_to_base64 DIGITS
hex_to_base64() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")" | base64 -w0; }

# Puts the settings that are secret, and the place of the others, into the environment.
settings_export() {
    local role
    export KIDEVENT_CONFIG=$dev_dir/kidevent.yaml
    for role in app router platform jobs migrator; do
        export "KIDEVENT_DB__${role^^}_PASSWORD=$(instance_secret "$role")"
    done
    KIDEVENT_HTTP__SIGNING_KEY=$(instance_secret signing_key)
    export KIDEVENT_HTTP__SIGNING_KEY
    KIDEVENT_SECURITY__ENCRYPTION_KEYS=dev:$(hex_to_base64 "$(instance_secret encryption_key)")
    export KIDEVENT_SECURITY__ENCRYPTION_KEYS
    KIDEVENT_AUDIT__SIGNING_KEYS=$(instance_secret audit_key)
    export KIDEVENT_AUDIT__SIGNING_KEYS
}

# cli_run WORD..: the installed command line, with the settings of the stack
cli_run() {
    (
        settings_export
        exec "$dev_dir/prefix/bin/kidevent" "$@"
    )
}

shell_kidevent() {
    instance_require
    cli_run "$@"
}

shell_env() {
    [ $# -eq 0 ] || fail_usage "./dev env takes no arguments"
    instance_require
    (
        settings_export
        shell_export_login migrator
        KIDEVENT_PORT=$(instance_port)
        export KIDEVENT_PORT
        local name
        for name in $(compgen -e | grep -E '^(KIDEVENT_|PG(HOST|PORT|DATABASE|USER|PASSWORD)$)'); do
            printf 'export %s=%q\n' "$name" "${!name}"
        done
    )
}

# shell_export_login ROLE: lets psql connect as kidevent_ROLE
shell_export_login() {
    export PGHOST=$dev_dir/run/pg PGPORT=5432 PGDATABASE=$pg_database PGUSER=kidevent_$1
    PGPASSWORD=$(instance_secret "$1")
    export PGPASSWORD
}

shell_psql() {
    local role=migrator tenant=
    case ${1:-} in
        '' | --) ;;
        --tenant)
            tenant=${2:-}
            [ -n "$tenant" ] || fail_usage "--tenant needs a slug" "./dev psql --tenant SLUG"
            shift 2
            ;;
        app | router | platform | migrator | jobs | backup | postgres)
            role=$1
            shift
            ;;
        *) fail_usage "there is no role '$1'" "app, router, platform, migrator, jobs, backup or postgres" ;;
    esac
    if [ "${1:-}" = -- ]; then
        shift
    elif [ $# -gt 0 ]; then
        fail_usage "unexpected '$1'" "arguments of psql come after --"
    fi
    instance_require
    database_running || fail "the database does not run" "./dev up"
    if [ -n "$tenant" ]; then
        shell_psql_tenant "$tenant" "$@"
    elif [ "$role" = postgres ]; then
        as_run_user env PGHOST="$dev_dir/run/pg" PGPORT=5432 PGUSER=postgres PGDATABASE="$pg_database" \
            psql "$@"
    else
        shell_export_login "$role"
        psql "$@"
    fi
}

# shell_psql_tenant SLUG [ARGS]: a transaction of the application inside the tenant
shell_psql_tenant() {
    local capability slug=$1
    shift
    capability=$(database_superuser_psql -d "$pg_database" -At -v slug="$slug" <<'SQL'
select encode(c.secret, 'hex') from tenancy.capabilities c join tenancy.tenants t on t.id = c.tenant_id
where t.slug = :'slug';
SQL
    )
    [ -n "$capability" ] || fail "there is no tenant '$slug' that can be entered" "./dev kidevent tenant list"
    shell_export_login app
    export capability
    note "inside $slug until the transaction ends; nothing is kept without a commit"
    PSQLRC=$root/scripts/enter_tenant.psqlrc psql "$@"
}
