#pragma once
// Which remembered values are out of date: counters in memory that all workers of the machine share. A topic
// ("events" of one tenant) has a slot; whoever changed what the topic stands for bumps it after the commit
// and before the answer. A value is remembered with the generation that was read before its query began and
// is used only while the slots still show it, so no request that begins after an acknowledged change sees an
// older value. Topics may share a slot; that costs a miss. Used by the caches, by services and by the master.

#include "core/uuid.hpp"

#include <kidevent/shared_region.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

namespace kidevent::cache {

using slot = std::uint16_t;

// The same on every machine and in every version that shares memory or a Redis.
slot slot_of(tenant_id at, std::string_view topic) noexcept;

// What a value depends on: up to three topics of its tenant, and, always, the tenant as a whole (topic "").
class topics {
public:
    topics(tenant_id at, std::initializer_list<std::string_view> of) noexcept;
    std::span<const slot> slots() const noexcept { return {slots_.data(), count_}; }

private:
    std::array<slot, 4> slots_{};
    std::size_t count_ = 0;
};

class generations {
public:
    static std::size_t bytes() noexcept;

    // Throws std::runtime_error when the memory was laid out by another version of this program.
    explicit generations(std::shared_ptr<shared_region> in);

    void bump(tenant_id at, std::string_view topic) noexcept;
    // When something may have been changed and nobody lived to say what: a worker died.
    void bump_all() noexcept;
    // For changes that were made elsewhere: out of date here, but changed_at() stays, because whoever made
    // them has told Redis.
    void expire(tenant_id at, std::string_view topic) noexcept;

    // A number that differs from every earlier one as soon as one of the topics was bumped.
    std::uint64_t read(const topics& of) const noexcept;
    // When one of the topics was bumped last, here on this machine; the epoch of the clock when never.
    std::chrono::steady_clock::time_point changed_at(const topics& of) const noexcept;

private:
    struct layout;

    std::shared_ptr<shared_region> memory_;
    layout* layout_;
};

} // namespace kidevent::cache
