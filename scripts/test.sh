# shellcheck shell=bash
# `./dev test`: builds with the sanitizers and runs the executables of tests/, each with servers of its
# own. It does not touch a stack that `up` started.

test_folders=(unit database redis mail http oidc attacks isolation resilience conventions host)
# Those that run threads in the tests' own process: the loop beside the hashing threads, and racing clients.
tsan_folders=(unit database http)
# Those that run once more on a real Redis: what remembers, hears of changes or counts; all with --long.
redis_folders=(http host)
redis_domains_http=(http_cache http_stream http_events http_registrations http_families http_identity
    http_accounts http_members http_sign_in_delay http_api_keys http_rate_limits http_isolation http_plans)
redis_domains_host=(host_cache host_streams host_stack jobs_pool)
test_preset=asan # of the executables that run
test_seconds_max=1800 # of one folder; past it something hangs

tests_passed=0
tests_failed=0
tests_skipped=0
test_variant= # what is special about the run of an executable

run_tests() {
    local labels=() long=
    while [ $# -gt 0 ]; do
        case $1 in
            --long) long=1 ;;
            -*) fail_usage "./dev test does not know '$1'" "./dev test [--long] [LABEL..]" ;;
            *) labels+=("$1") ;;
        esac
        shift
    done
    test_labels_check "${labels[@]}"
    packages_require "${packages_build[@]}" "${packages_run[@]}" "${packages_test[@]}"
    instance_locate
    instance_require_user
    test_build "${labels[@]}"

    export KIDEVENT_SOURCE_DIR=$root
    export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
    export TSAN_OPTIONS=second_deadlock_stack=1
    if [ -n "$long" ]; then export KIDEVENT_TEST_LONG=1; else unset KIDEVENT_TEST_LONG; fi
    # The settings of a running stack must not reach the tests.
    local name
    for name in $(compgen -e | grep -E '^(KIDEVENT_[A-Z]+__|PG)' || true); do unset "$name"; done

    test_run_labels "$long" "${labels[@]}"
    [ "$tests_skipped" -eq 0 ] || note "$tests_skipped skipped (./dev test --long runs the long ones)"
    if [ $((tests_passed + tests_failed)) -eq 0 ]; then note "nothing ran"; fi
    echo "$tests_passed passed, $tests_failed failed"
    [ "$tests_failed" -eq 0 ] && [ "$tests_passed" -gt 0 ]
}

is_folder() { [[ " ${test_folders[*]} " == *" $1 "* ]]; }

# A label is a folder, `fuzz`, `tsan`, or the start of a suite's name.
test_labels_check() {
    local label
    for label in "$@"; do
        [[ $label =~ ^[a-z][a-z0-9_]*$ ]] ||
            fail_usage "'$label' is not a label" \
                "labels are folders (${test_folders[*]} fuzz), tsan, or domains such as events"
    done
}

# Builds all, or no more than the folders that were asked for; those of host/ and attacks/ run the real
# executables. What ThreadSanitizer needs is built by test_tsan.
test_build() {
    local label targets=()
    [ "$*" != tsan ] || return 0
    for label in "$@"; do
        [ "$label" != tsan ] || continue
        if ! is_folder "$label" || ! has_tests "$label" || [[ $label = host || $label = attacks ]]; then
            targets=()
            break
        fi
        targets+=("${label}_tests")
        [ "$label" != http ] || targets+=(http_oversell_canary)
    done
    build_preset asan "${targets[@]}"
}

has_tests() { [ -n "$(find "tests/$1" -name '*_test.cpp' -print -quit 2>/dev/null)" ]; }

# test_run_labels LONG [LABEL..]
test_run_labels() {
    local long=$1 folder label folders=() domains=() fuzz='' tsan=''
    shift
    for label in "$@"; do
        if is_folder "$label"; then
            folders+=("$label")
        elif [ "$label" = fuzz ]; then
            fuzz=1
        elif [ "$label" = tsan ]; then
            tsan=1
        else
            domains+=("$label")
        fi
    done
    if [ $# -eq 0 ]; then fuzz=1 tsan=$long; fi
    if [ ${#folders[@]} -eq 0 ] && { [ $# -eq 0 ] || [ ${#domains[@]} -gt 0 ]; }; then
        folders=("${test_folders[@]}")
    fi
    for folder in "${folders[@]}"; do
        test_folder "$folder" "${domains[@]}"
        test_again_on_redis "$folder" "$long" "${domains[@]}"
    done
    if [ -n "$fuzz" ] && [ -x tests/fuzz/run ]; then test_fuzz "$long"; fi
    if [ -n "$tsan" ]; then test_tsan "${domains[@]}"; fi
}

# test_again_on_redis FOLDER LONG [DOMAIN..]
test_again_on_redis() {
    local folder=$1 long=$2
    shift 2
    [[ " ${redis_folders[*]} " == *" $folder "* ]] || return 0
    local -n domains_of_folder=redis_domains_$folder
    if [ $# -eq 0 ] && [ -z "$long" ]; then set -- "${domains_of_folder[@]}"; fi
    test_variant=redis
    KIDEVENT_TEST_REDIS=1 test_executable "${folder}_tests" "$@"
    test_variant=
}

# test_tsan [DOMAIN..]: the same tests under ThreadSanitizer, which does not go together with the other two
test_tsan() {
    local folder
    test_preset=tsan
    build_preset tsan "${tsan_folders[@]/%/_tests}"
    for folder in "${tsan_folders[@]}"; do test_folder "$folder" "$@"; done
    test_preset=asan
}

# test_folder FOLDER [DOMAIN..]: runs the folder's executables, FOLDER_tests first
test_folder() {
    local folder=$1 binary others=()
    has_tests "$folder" || return 0
    for binary in build/"$test_preset"/tests/"${folder}"_*; do
        [ ! -f "$binary" ] || [ ! -x "$binary" ] || [ "${binary##*/}" = "${folder}_tests" ] ||
            others+=("${binary##*/}")
    done
    for binary in "${folder}_tests" "${others[@]}"; do test_executable "$binary" "${@:2}"; done
}

# test_executable NAME [DOMAIN..]: runs it and adds to the counts
test_executable() {
    local name=$1 domain filter='' started=$SECONDS status=0
    shift
    for domain in "$@"; do filter+="${filter:+:}$domain*:*/$domain*"; done
    local build=$root/build/$test_preset
    local run=$name${test_variant:+.$test_variant}
    local log=$build/$run.log counts=$build/$run.counts
    step "$run ($test_preset)"
    rm -f "$counts"
    # No signal handlers of Boost.Test: a crash belongs to the sanitizer, which can explain it.
    KIDEVENT_BUILD_DIR=$build timeout --foreground --kill-after=20 "$test_seconds_max" \
        "$build/tests/$name" --log_level=test_suite --color_output=no \
        --catch_system_errors=no ${filter:+--run_test="$filter"} 2>&1 </dev/null |
        tee "$log" |
        awk -v counts="$counts" -v filtered="${filter:+1}" -f "$root/scripts/boost_test_log.awk" >&2 ||
        status=${PIPESTATUS[0]}
    if [ "$status" -eq 200 ] && grep -q 'no test cases matching filter' "$log"; then
        note "nothing in $name belongs to: $*"
        return 0
    fi
    test_count "$run" "$counts" "$status" $((SECONDS - started))
}

# test_count NAME COUNTS STATUS SECONDS
test_count() {
    local passed=0 failed=0 skipped=0
    [ ! -r "$2" ] || read -r passed failed skipped <"$2" || true
    # Status 201 says that cases failed. Any other one is a failure that no case accounts for: a crash, a
    # leak found at the end, a set-up that threw.
    if [ "$3" -ne 0 ] && { [ "$failed" -eq 0 ] || [ "$3" -ne 201 ]; }; then
        if [ "$failed" -eq 0 ]; then failed=1; fi
        note "$1 ended with status $3; its last lines:"
        tail -n 60 "build/$test_preset/$1.log" | sed 's/^/    | /' >&2
    fi
    note "$1: $passed passed, $failed failed ($4 s; log in build/$test_preset/$1.log)"
    tests_passed=$((tests_passed + passed))
    tests_failed=$((tests_failed + failed))
    tests_skipped=$((tests_skipped + skipped))
}

# test_fuzz LONG: one case for the decoder under a fuzzer
test_fuzz() {
    local seconds=15 started=$SECONDS log=$root/build/asan/fuzz.log
    if [ -n "$1" ]; then seconds=300; fi
    step "fuzz ($seconds s)"
    if tests/fuzz/run "$seconds" >"$log" 2>&1 </dev/null; then
        tests_passed=$((tests_passed + 1))
        note "fuzz: 1 passed, 0 failed ($((SECONDS - started)) s)"
    else
        tests_failed=$((tests_failed + 1))
        tail -n 60 "$log" | sed 's/^/    | /' >&2
        note "fuzz: 0 passed, 1 failed ($((SECONDS - started)) s; log in build/asan/fuzz.log)"
    fi
}
