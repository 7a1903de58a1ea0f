# shellcheck shell=bash
# `./dev up`, `down`, `reset`, `status` and `logs`: PostgreSQL, the workers and nginx in the background.

stack_up() {
    [ $# -eq 0 ] || fail_usage "./dev up takes no arguments" "KIDEVENT_PORT=8081 ./dev up picks the port"
    local started=$SECONDS port
    packages_require "${packages_build[@]}" "${packages_run[@]}"
    instance_create
    instance_require_secrets
    port=$(instance_port)
    stack_require_port "$port"
    build_preset release
    stack_install
    database_start
    database_provision
    printf '%s\n' "$port" | as_run_user tee "$dev_dir/port" >/dev/null
    settings_write "$port"
    step "migrations"
    cli_run migrate up >&2
    demo_load >&2
    workers_start
    nginx_start
    stack_wait_ready "$port"
    step "ready after $((SECONDS - started)) s"
    stack_print_addresses "$port"
    demo_print_logins
}

stack_install() {
    local log=$root/build/release/install.log
    step "installing into $dev_link/prefix"
    mkdir -p "$dev_dir/prefix"
    cmake --install build/release --prefix "$dev_dir/prefix" >"$log" 2>&1 ||
        fail "cmake could not install" "$log says why"
    chmod -R u=rwX,go=rX "$dev_dir/prefix"
}

# Whatever listens on the port must be our own nginx.
stack_require_port() {
    if nginx_running && [ -r "$dev_dir/port" ] && [ "$(<"$dev_dir/port")" = "$1" ]; then return 0; fi
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        fail "port $1 is in use" "pick another one: KIDEVENT_PORT=$(($1 + 1)) ./dev up"
    fi
}

settings_write() {
    as_run_user tee "$dev_dir/kidevent.yaml" >/dev/null <<TEXT
# Written by ./dev up. Secrets come from the environment; ./dev env prints them.
db:
  host: $dev_dir/run/pg
  port: 5432
  name: $pg_database
http:
  base_domain: localhost
  scheme: http
  public_port: $1
fastcgi:
  socket_directory: $dev_dir/run/fcgi
  pools:
    - name: web
      processes: $(nproc)
    - name: jobs
      processes: 1
      services: [jobs]
log:
  level: info
TEXT
}

stack_wait_ready() {
    local tries
    step "waiting until the stack is ready"
    for ((tries = 0; tries < 150; tries++)); do
        if curl -fsS -o /dev/null --max-time 5 "http://127.0.0.1:$1/readyz" 2>/dev/null; then return 0; fi
        sleep 0.2
    done
    curl -sS -i --max-time 5 "http://127.0.0.1:$1/readyz" >&2 || true
    fail "the stack is not ready after 30 s" "./dev logs"
}

stack_print_addresses() {
    local slug
    echo "addresses (curl and browsers resolve *.localhost):"
    while read -r slug; do echo "  http://$slug.localhost:$1"; done < <(demo_slugs)
    echo "  http://admin.localhost:$1"
}

stack_down() {
    [ $# -eq 0 ] || fail_usage "./dev down takes no arguments"
    instance_locate
    [ -d "$dev_dir" ] || { note "nothing runs"; return 0; }
    instance_lock
    nginx_stop
    workers_stop
    database_stop
    note "stopped; ./dev up starts it again with its data"
}

stack_reset() {
    [ $# -eq 0 ] || fail_usage "./dev reset takes no arguments"
    stack_down
    rm -rf "$dev_dir" "$dev_link"
    note "deleted"
}

stack_status() {
    [ $# -eq 0 ] || fail_usage "./dev status takes no arguments"
    instance_require
    local part all=0
    for part in database workers nginx; do
        if "${part}_running"; then
            printf '%-10s running\n' "$part"
        else
            printf '%-10s stopped\n' "$part"
            all=1
        fi
    done
    stack_print_addresses "$(instance_port)"
    echo "files: $dev_dir"
    return "$all"
}

stack_logs() {
    local follow=()
    case ${1:-} in
        '') ;;
        -f) follow=(-F) ;;
        *) fail_usage "./dev logs does not know '$1'" "./dev logs [-f]" ;;
    esac
    instance_require
    tail -n 40 "${follow[@]}" "$dev_dir"/log/*.log
}
