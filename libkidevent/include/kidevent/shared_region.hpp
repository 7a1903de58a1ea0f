#pragma once
// Memory that several processes of one machine map: made by one of them (the master of the workers), found by
// the others through the descriptor that they inherit. What lies in it is up to its user, who writes atomics
// only.

#include <cstddef>
#include <span>

namespace kidevent {

class shared_region {
public:
    // A new one, all bytes zero. `name` shows in /proc. Throws std::system_error.
    shared_region(const char* name, std::size_t bytes);
    // The one that another process made; takes the descriptor over. Throws std::runtime_error when it is
    // smaller than `bytes`: then the other process is of another version. as_it_is takes any size.
    static constexpr std::size_t as_it_is = 0;
    shared_region(int descriptor, std::size_t bytes);
    ~shared_region();
    shared_region(const shared_region&) = delete;
    shared_region& operator=(const shared_region&) = delete;

    int descriptor() const noexcept { return descriptor_; }
    // Aligned to a page.
    std::span<std::byte> bytes() const noexcept { return memory_; }

private:
    void map(std::size_t bytes);

    int descriptor_;
    std::span<std::byte> memory_;
};

} // namespace kidevent
