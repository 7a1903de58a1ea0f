#pragma once
// What the workers are doing, in memory that the master shares with them: one slot for each worker
// process, written by it and read by the master. Created by the supervisor, inherited by the worker.

#include "fastcgi/traffic.hpp"

#include <kidevent/shared_region.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace kidevent::host {

enum class worker_state : std::uint32_t { unused, starting, ready, draining };

struct alignas(64) score {
    std::atomic<worker_state> state{worker_state::unused};
    fastcgi::traffic traffic;
};

class scoreboard {
public:
    static constexpr std::size_t slots_max = 512;

    // A new one, all slots unused. Throws std::system_error.
    scoreboard();
    // The one that another process created; takes the descriptor over. Throws std::runtime_error
    // when it was laid out by another version of this program.
    explicit scoreboard(int descriptor);
    int descriptor() const noexcept { return region_.descriptor(); }

    // A cleared slot in state starting; std::nullopt when all are taken.
    std::optional<std::size_t> claim() noexcept;
    void release(std::size_t slot) noexcept;

    // Throws std::out_of_range.
    score& at(std::size_t slot);

private:
    struct layout;

    shared_region region_;
    layout* layout_;
};

} // namespace kidevent::host
