#include "scoreboard.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace kidevent::host {
namespace {

constexpr std::uint64_t layout_mark = 0x4b45'5343'4f52'0001; // counts up with every change of the layout

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

struct scoreboard::layout {
    std::uint64_t mark = layout_mark;
    std::uint64_t slot_bytes = sizeof(score);
    std::array<score, slots_max> slots;
};

scoreboard::scoreboard() : descriptor_(::memfd_create("kidevent-scoreboard", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw_errno("the scoreboard's memory");
    if (::ftruncate(descriptor_, sizeof(layout)) != 0) throw_errno("the scoreboard's memory");
    map();
    new (layout_) layout;
}

scoreboard::scoreboard(int descriptor) : descriptor_(descriptor) {
    struct stat found {};
    if (::fstat(descriptor_, &found) != 0) throw_errno("the scoreboard");
    const bool large_enough = static_cast<std::size_t>(found.st_size) >= sizeof(layout);
    if (large_enough) map();
    if (!large_enough || layout_->mark != layout_mark || layout_->slot_bytes != sizeof(score))
        throw std::runtime_error("the master is of another version: restart it instead of reloading it");
}

scoreboard::~scoreboard() {
    if (layout_) ::munmap(layout_, sizeof(layout));
    ::close(descriptor_);
}

void scoreboard::map() {
    void* memory = ::mmap(nullptr, sizeof(layout), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
    if (memory == MAP_FAILED) throw_errno("the scoreboard's memory");
    layout_ = static_cast<layout*>(memory);
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
