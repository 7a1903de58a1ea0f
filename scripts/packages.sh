# shellcheck shell=bash
# The Debian packages that the project needs, and how they get onto the machine: only those that are
# missing, without starting a service and without leaving a trace of how that was prevented.

packages_build=(
    g++ cmake ninja-build pkg-config ccache libfcgi-dev libboost1.81-dev libboost-json1.81-dev
    libboost-url1.81-dev libpq-dev libyaml-cpp-dev libssl-dev libsodium-dev libfmt-dev libspdlog-dev
    libcli11-dev libhowardhinnant-date-dev libical-dev libpoco-dev libxxhash-dev prometheus-cpp-dev
    librdkafka-dev libkainjow-mustache-dev
)
packages_run=(nginx postgresql-15 postgresql-client-15 tzdata curl jq oathtool)
packages_test=(
    libboost-test1.81-dev libfcgi-bin clang-14 libfuzzer-14-dev libclang-rt-14-dev clang-format-14
    clang-tidy-14 nodejs openssl redis-server prometheus
)
# Debian's nodejs comes without npm; that of others brings it and conflicts with Debian's npm.
command -v npm >/dev/null || packages_test+=(npm)
packages_bench=(wrk)

# as_root COMMAND..: directly or through sudo
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Older servers lack repairs of row-level security, and the workers refuse to start on them.
postgresql_oldest=15.19

# packages_missing PACKAGE..: prints those that are not installed, or too old
packages_missing() {
    local package status version
    for package in "$@"; do
        status='' version=''
        read -r status version < <(
            dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$package" 2>/dev/null
        ) || true
        if [ "$status" != installed ]; then
            printf '%s\n' "$package"
        elif [ "$package" = postgresql-15 ] &&
            dpkg --compare-versions "$version" lt "$postgresql_oldest"; then
            printf '%s\n' "$package"
        fi
    done
}

# packages_require PACKAGE..: installs what is missing; needs the network only then
packages_require() {
    local missing log=$root/build/packages.log
    command -v dpkg-query >/dev/null ||
        fail "this is not a Debian system" "the project is built and tested on Debian 12"
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail "packages are missing and there is no sudo" \
            "as root: apt-get install --no-install-recommends ${missing[*]}"
    fi
    step "installing ${#missing[@]} Debian packages: ${missing[*]}"
    mkdir -p "$root/build"
    packages_forbid_services
    trap packages_allow_services EXIT
    as_root apt-get update -qq >"$log" 2>&1 ||
        note "apt-get update failed; trying with the lists that are here"
    if ! as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "apt-get could not install: ${missing[*]}" "is there a network, and a Debian 12 in sources.list?"
    fi
    packages_allow_services
    trap - EXIT
    packages_disable_nginx "${missing[@]}"
}

policy_file=/usr/sbin/policy-rc.d
cluster_file=/etc/postgresql-common/createcluster.d/kidevent-dev.conf
policy_placed=
cluster_placed=

# Debian starts nginx and creates a PostgreSQL cluster on installation; the stack has its own.
packages_forbid_services() {
    if [ ! -e "$policy_file" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy_file" >/dev/null
        as_root chmod 755 "$policy_file"
        policy_placed=1
    fi
    if [ ! -e "$cluster_file" ] && [ -n "$(packages_missing postgresql-15)" ]; then
        as_root mkdir -p "${cluster_file%/*}"
        echo 'create_main_cluster = false' | as_root tee "$cluster_file" >/dev/null
        cluster_placed=1
    fi
}

packages_allow_services() {
    [ -z "$policy_placed" ] || as_root rm -f "$policy_file"
    [ -z "$cluster_placed" ] || as_root rm -f "$cluster_file"
    policy_placed=
    cluster_placed=
}

# An nginx that came only for this project must not take port 80 at the next boot.
packages_disable_nginx() {
    case " $* " in *" nginx "*) ;; *) return 0 ;; esac
    if command -v systemctl >/dev/null; then
        as_root systemctl disable nginx.service >/dev/null 2>&1 || true
    fi
}
