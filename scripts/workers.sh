# shellcheck shell=bash
# kidevent-fcgi: the master and its pool of workers.

workers_pid_file() { printf '%s' "$dev_dir/run/kidevent-fcgi.pid"; }
workers_running() { process_alive "$(workers_pid_file)" kidevent-fcgi; }

# Starts the workers; those that run are replaced only when the program or its settings have changed.
workers_start() {
    local binary stamp
    binary=$dev_dir/prefix/bin/kidevent-fcgi
    stamp=$(cat "$binary" "$dev_dir/kidevent.yaml" "$dev_dir/secrets" | sha256sum)
    if workers_running; then
        [ "$(cat "$dev_dir/run/workers.stamp" 2>/dev/null)" != "$stamp" ] || return 0
        workers_stop
    fi
    step "starting the workers"
    workers_end_orphans
    as_run_user find "$dev_dir/run/fcgi" -name '*.sock' -delete
    as_run_user touch "$dev_dir/log/kidevent-fcgi.log"
    (
        settings_export
        as_run_user setsid --fork sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$(workers_pid_file)" \
            "$binary" --config "$dev_dir/kidevent.yaml" >>"$dev_dir/log/kidevent-fcgi.log" 2>&1 </dev/null
    )
    workers_wait_sockets
    printf '%s\n' "$stamp" | as_run_user tee "$dev_dir/run/workers.stamp" >/dev/null
}

# The master opens one socket for each worker before it starts any.
workers_wait_sockets() {
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        [ "$(find "$dev_dir/run/fcgi" -name 'web-*.sock' | wc -l)" -lt "$(nproc)" ] || return 0
        sleep 0.1
    done
    tail -n 20 "$dev_dir/log/kidevent-fcgi.log" >&2
    fail "the workers did not start" "the whole log is in $dev_link/log/kidevent-fcgi.log"
}

workers_stop() {
    if workers_running; then
        step "stopping the workers"
        process_stop "$(workers_pid_file)" kidevent-fcgi TERM 40
    fi
    workers_end_orphans
}

# Workers of this stack whose master was killed; told from all others by the file that they run.
workers_end_orphans() {
    local entry program
    for entry in /proc/[0-9]*; do
        # Who may not look into it still sees what it was started with.
        program=$(readlink "$entry/exe" 2>/dev/null) ||
            { read -r -d '' program <"$entry/cmdline"; } 2>/dev/null || continue
        [ "${program% (deleted)}" = "$dev_dir/prefix/bin/kidevent-fcgi" ] || continue
        kill -KILL "${entry#/proc/}" 2>/dev/null || true
    done
}
