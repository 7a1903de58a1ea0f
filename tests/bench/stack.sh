# shellcheck shell=bash
# A stack for one workload: its own directory and port, the demo's summer camp, gone at the end. Sourced by
# the workloads, from the root of the checkout.

for part in output packages instance build database workers nginx demo stack shell; do
    # shellcheck source=/dev/null
    source "scripts/$part.sh"
done

# Everybody here has one address, and some have one account.
for limit in READS_PER_MINUTE_PER_ADDRESS WRITES_PER_MINUTE_PER_ADDRESS CREDENTIALS_PER_MINUTE_PER_ADDRESS \
    REQUESTS_PER_MINUTE_PER_ACCOUNT; do
    export "KIDEVENT_RATE_LIMIT__$limit=0"
done

seconds=${BENCH_SECONDS:-4}
connections=${BENCH_CONNECTIONS:-32}

# A directory of its own, so that a running stack is not touched.
instance_locate() {
    if [ "$(id -u)" -eq 0 ]; then run_user=$system_user; else run_user=$(id -un); fi
    dev_dir=${TMPDIR:-/tmp}/kidevent-bench-$$
    dev_link=$dev_dir.link
}

bench_stop() {
    nginx_stop || true
    workers_stop || true
    database_stop || true
    rm -rf "$dev_dir" "$dev_link"
}

bench_start() {
    port=$((20000 + RANDOM % 10000))
    instance_create
    instance_require_secrets
    trap bench_stop EXIT
    stack_install
    database_start
    database_provision
    printf '%s\n' "$port" | as_run_user tee "$dev_dir/port" >/dev/null
    settings_write "$port"
    cli_run migrate up >&2
    cli_run apply tenants/demo/summer-camp.yaml >&2
    slug=$(cli_run tenant list --json | jq -r '.[0].slug')
    cli_run event import --tenant "$slug" tenants/demo/summer-camp.ics --publish --shift-to today >&2
    database_superuser_psql -d "$pg_database" -c 'analyze'
    workers_start
    nginx_start
    stack_wait_ready "$port"
}

# bench_workers [NAME=VALUE..]: workers that run with these settings
bench_workers() {
    workers_stop
    # What they were started with before is no reason to leave them.
    rm -f "$dev_dir/run/workers.stamp"
    (
        if [ $# -gt 0 ]; then export "$@"; fi
        workers_start
    )
    stack_wait_ready "$port"
}

# bench_http PATH [WRK ARGUMENTS..]: prints requests per second; fails when one was refused
bench_http() {
    local path=$1
    shift
    wrk -t1 -c"$connections" -d"${seconds}s" -H "Host: $slug.localhost" "$@" "http://127.0.0.1:$port$path" |
        tee "$dev_dir/wrk.log" | awk '/Requests\/sec/ {print $2} /Non-2xx/ {exit 1}'
}
