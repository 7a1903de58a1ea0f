# shellcheck shell=bash
# Configuring, building and installing with the presets of CMake.

# build_preset PRESET [TARGET..]: everything, or only the targets
build_preset() {
    local preset=$1 started=$SECONDS options=() log=build/$1/configure.log
    shift
    if command -v ccache >/dev/null; then
        options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        # Without these it does not keep what was compiled with a precompiled header.
        export CCACHE_SLOPPINESS=pch_defines,time_macros
    fi
    mkdir -p "build/$preset"
    exec 8>"build/$preset/.lock"
    flock -n 8 || { note "another build of '$preset' is running; waiting for it"; flock 8; }
    step "configuring $preset"
    if ! cmake --preset "$preset" "${options[@]}" >"$log" 2>&1; then
        cat "$log" >&2
        fail "cmake could not configure '$preset'" "the whole log is in $log"
    fi
    step "building $preset (from clean this takes minutes)"
    NINJA_STATUS='    [%f/%t %es] ' cmake --build --preset "$preset" --parallel "$(nproc)" \
        ${1:+--target "$@"} >&2 || fail "the build of '$preset' failed"
    note "built in $((SECONDS - started)) s"
    exec 8>&-
}
