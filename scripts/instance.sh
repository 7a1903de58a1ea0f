# shellcheck shell=bash
# Where the stack of this checkout lives and as whom it runs. `.dev` is a plain directory, or, for root,
# a link to a directory of the system user `kidevent`: PostgreSQL refuses to run as root, and nobody but
# root can look into a checkout under /root.

dev_link=$root/.dev
system_user=kidevent
dev_dir=      # the real directory behind .dev
run_user=     # the user that the servers run as

checkout_hash() { printf '%s' "$root" | sha256sum | cut -c1-8; }

# Sets dev_dir and run_user; creates nothing.
instance_locate() {
    if [ "$(id -u)" -eq 0 ]; then
        run_user=$system_user
        dev_dir=/var/lib/kidevent-dev/$(checkout_hash)
        if [ -d "$dev_link" ] && [ ! -L "$dev_link" ]; then
            fail "$dev_link belongs to a stack that user $(stat -c %U "$dev_link") started" \
                "use ./dev as that user, or let that user run ./dev reset first"
        fi
    else
        run_user=$(id -un)
        dev_dir=$dev_link
        [ ! -L "$dev_link" ] || fail "$dev_link belongs to a stack that root started" \
            "use ./dev as root, or let root run ./dev reset first"
    fi
    local longest=$dev_dir/run/fcgi/a-name-of-a-pool-00.sock
    [ ${#longest} -lt 100 ] || fail "the path of this checkout is too long for unix sockets: $root" \
        "move the checkout to a path that is $((${#longest} - 99)) characters shorter"
}

# The system user that servers run as when root starts them.
instance_require_user() {
    [ "$(id -u)" -eq 0 ] || return 0
    if ! id -u "$system_user" >/dev/null 2>&1; then
        step "creating the system user $system_user"
        useradd --system --user-group --home-dir /var/lib/kidevent-dev --no-create-home \
            --shell /usr/sbin/nologin "$system_user"
    fi
}

instance_create() {
    instance_locate
    instance_require_user
    if [ "$(id -u)" -eq 0 ]; then
        install -d -m 755 "${dev_dir%/*}"
        install -d -m 750 -o "$run_user" -g "$run_user" "$dev_dir"
        ln -sfn "$dev_dir" "$dev_link"
    else
        install -d -m 750 "$dev_dir"
    fi
    as_run_user mkdir -p "$dev_dir"/{log,tmp}
    as_run_user install -d -m 700 "$dev_dir"/run "$dev_dir"/run/{pg,fcgi}
    instance_lock
}

instance_lock() {
    exec 9>"$dev_dir/lock"
    flock -n 9 || fail "another ./dev is at work on this checkout" "wait until it is done"
}

# Locates a stack that exists, or ends.
instance_require() {
    instance_locate
    [ -d "$dev_dir/pg" ] || fail "there is no stack in this checkout" "./dev up creates it"
}

# as_run_user COMMAND..: as the user of the servers. What it starts must not hold the lock of this script.
as_run_user() {
    if [ "$(id -u)" -eq 0 ]; then
        (
            cd /
            exec setpriv --reuid "$run_user" --regid "$run_user" --init-groups --inh-caps=-all -- \
                env HOME="$dev_dir" USER="$run_user" LOGNAME="$run_user" "$@"
        ) 9>&-
    else
        "$@" 9>&-
    fi
}

# The port: what the caller says, else what the last `up` used, else 8080.
instance_port() {
    local port=${KIDEVENT_PORT:-}
    if [ -z "$port" ] && [ -r "$dev_dir/port" ]; then port=$(<"$dev_dir/port"); fi
    port=${port:-8080}
    if ! [[ $port =~ ^[0-9]{1,5}$ ]] || [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then
        fail_usage "KIDEVENT_PORT is not a port: '$port'" "KIDEVENT_PORT=8081 ./dev up"
    fi
    printf '%s' "$port"
}

secret_names=(app router platform migrator jobs backup signing_key encryption_key audit_key)

# Random, made once, kept beside the cluster that knows them. A stack from before a secret was needed gets it.
instance_require_secrets() {
    local name known=
    [ ! -e "$dev_dir/secrets" ] || known=$(<"$dev_dir/secrets")
    (
        umask 077
        for name in "${secret_names[@]}"; do
            grep "^$name=" <<<"$known" && continue
            printf '%s=%s\n' "$name" "$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
        done | as_run_user tee "$dev_dir/secrets.new" >/dev/null
    )
    as_run_user mv "$dev_dir/secrets.new" "$dev_dir/secrets"
}

# instance_secret NAME
instance_secret() {
    local name value
    while IFS='=' read -r name value; do
        [ "$name" != "$1" ] || { printf '%s' "$value"; return 0; }
    done <"$dev_dir/secrets"
    fail "there is no secret '$1' in $dev_dir/secrets" "./dev reset, then ./dev up"
}

# process_alive PIDFILE NAME: whether the process in the file runs, and still is the one that wrote it
process_alive() {
    local pid
    [ -r "$1" ] && read -r pid <"$1" 2>/dev/null || return 1
    # "pid (name) state ..": a zombie, which nobody has waited for yet, does not run.
    [[ $(cat "/proc/$pid/stat" 2>/dev/null) == "$pid ($2) "[!ZX]* ]]
}

# process_stop PIDFILE NAME SIGNAL SECONDS: asks, waits, and ends it when it does not listen
process_stop() {
    local pid tries
    read -r pid <"$1"
    kill "-$3" "$pid"
    for ((tries = 0; tries < $4 * 10; tries++)); do
        process_alive "$1" "$2" || return 0
        sleep 0.1
    done
    note "$2 did not stop within $4 s; ending it"
    kill -KILL "$pid"
}
