# shellcheck shell=bash
# The front of the stack: its configuration is rendered from nginx/kidevent.conf.in.

# nginx_write_config: for the sockets that the workers listen on
nginx_write_config() {
    local template config=$dev_dir/nginx.conf port
    port=$(instance_port)
    template=$(<"$dev_dir/prefix/share/kidevent/nginx/kidevent.conf.in")
    template=${template//@USER@/}
    template=${template//@WORKERS@/"$(nproc)"}
    template=${template//@RUN_DIR@/"$dev_dir/run"}
    template=${template//@LOG_DIR@/"$dev_dir/log"}
    template=${template//@CONF_DIR@/"$dev_dir/prefix/share/kidevent/nginx"}
    template=${template//@ROOT@/"$dev_dir/prefix/share/kidevent/nginx/root"}
    template=${template//@BASE_DOMAIN@/localhost}
    template=${template//@LISTEN@/"127.0.0.1:$port"}
    template=${template//@ACCESS_LOG@/"$dev_dir/log/nginx-access.log combined buffer=16k flush=1s"}
    template=${template//@SOCKETS@/"$(nginx_socket_lines)"}
    printf '%s\n' "$template" | as_run_user tee "$config" >/dev/null
    as_run_user mkdir -p "$dev_dir"/run/tmp
}

# One line for each socket of the pools that answer requests.
nginx_socket_lines() {
    local socket
    for socket in "$dev_dir"/run/fcgi/web-*.sock; do
        [ -S "$socket" ] || continue
        printf '        server unix:%s max_fails=0;\n' "$socket"
    done
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
