#pragma once
// Keeps Asio out of transaction.hpp. Internal to db/.

#include "db/connection_pool.hpp"

namespace kidevent::db {

class leased_connection {
public:
    explicit leased_connection(connection_pool::lease held) : held_(std::move(held)) {}
    connection& operator*() const noexcept { return *held_; }

private:
    connection_pool::lease held_;
};

} // namespace kidevent::db
