# shellcheck shell=bash
# Configuring, building and installing with CMake's presets.

# build_preset PRESET [TARGET..]
build_preset() {
    local preset=$1 started=$SECONDS launcher=()
    shift
    if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
    step "building $preset (the first time takes minutes)"
    cmake --preset "$preset" "${launcher[@]}" >"build-$preset.log" 2>&1
}
