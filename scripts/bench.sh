# shellcheck shell=bash
# `./dev bench`: each workload is an executable in tests/bench/ that starts a stack of its own, prints a
# table and then lines `name=value`.

bench_workloads() {
    local file
    for file in tests/bench/*; do
        if [ -f "$file" ] && [ -x "$file" ]; then printf '%s\n' "${file##*/}"; fi
    done
}

run_bench() {
    local workload workloads
    mapfile -t workloads < <(bench_workloads)
    for workload in "$@"; do
        [[ " ${workloads[*]} " == *" $workload "* ]] ||
            fail_usage "there is no workload '$workload'" "workloads: ${workloads[*]:-none}"
    done
    if [ $# -gt 0 ]; then workloads=("$@"); fi
    [ ${#workloads[@]} -gt 0 ] || fail "there are no workloads in tests/bench"
    packages_require "${packages_build[@]}" "${packages_run[@]}" "${packages_bench[@]}"
    instance_locate
    instance_require_user
    build_preset release
    export KIDEVENT_SOURCE_DIR=$root KIDEVENT_BUILD_DIR=$root/build/release
    for workload in "${workloads[@]}"; do
        step "bench $workload"
        "tests/bench/$workload"
    done
}
