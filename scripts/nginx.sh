# shellcheck shell=bash
# The front of the stack: its configuration is printed by `kidevent nginx-conf`.

# nginx_write_config: for the pools of the settings
nginx_write_config() {
    local port text
    port=$(instance_port)
    text=$(cli_run nginx-conf --workers "$(nproc)" --listen "127.0.0.1:$port" \
        --run-dir "$dev_dir/run" --log-dir "$dev_dir/log" \
        --conf-dir "$dev_dir/prefix/share/kidevent/nginx") || fail "there is no configuration for nginx"
    printf '%s\n' "$text" | as_run_user tee "$dev_dir/nginx.conf" >/dev/null
    as_run_user mkdir -p "$dev_dir"/run/tmp
}

nginx_pid_file() { printf '%s' "$dev_dir/run/nginx.pid"; }
nginx_running() { process_alive "$(nginx_pid_file)" nginx; }

nginx_run() {
    as_run_user env PATH="$PATH:/usr/sbin" \
        nginx -e "$dev_dir/log/nginx-error.log" -c "$dev_dir/nginx.conf" "$@"
}

# Starts nginx, or lets the one that runs read its configuration again.
nginx_start() {
    nginx_write_config
    nginx_run -t -q || fail "nginx does not accept $dev_link/nginx.conf"
    if nginx_running; then
        nginx_run -s reload
        return 0
    fi
    step "starting nginx"
    nginx_run </dev/null || fail "nginx does not start" "$dev_link/log/nginx-error.log says why"
}

nginx_stop() {
    nginx_running || return 0
    step "stopping nginx"
    process_stop "$(nginx_pid_file)" nginx QUIT 10
}
