#include "scoreboard.hpp"

#include <array>
#include <memory>
#include <new>
#include <stdexcept>

namespace kidevent::host {
namespace {

constexpr std::uint64_t layout_mark = 0x4b45'5343'4f52'0001; // counts up with every change of the layout

} // namespace

struct scoreboard::layout {
    std::uint64_t mark = layout_mark;
    std::uint64_t slot_bytes = sizeof(score);
    std::array<score, slots_max> slots;
};

scoreboard::scoreboard() : region_("kidevent-scoreboard", sizeof(layout)) {
    layout_ = new (region_.bytes().data()) layout;
}

scoreboard::scoreboard(int descriptor)
    : region_(descriptor, sizeof(layout)), layout_(reinterpret_cast<layout*>(region_.bytes().data())) {
    if (layout_->mark != layout_mark || layout_->slot_bytes != sizeof(score))
        throw std::runtime_error("the master is of another version: restart it instead of reloading it");
}

std::optional<std::size_t> scoreboard::claim() noexcept {
    for (std::size_t i = 0; i < slots_max; ++i) {
        auto& slot = layout_->slots[i];
        if (slot.state != worker_state::unused) continue;
        std::destroy_at(&slot);
        new (&slot) score;
        slot.state = worker_state::starting;
        return i;
    }
    return std::nullopt;
}

void scoreboard::release(std::size_t slot) noexcept {
    if (slot < slots_max) layout_->slots[slot].state = worker_state::unused;
}

score& scoreboard::at(std::size_t slot) { return layout_->slots.at(slot); }

} // namespace kidevent::host
