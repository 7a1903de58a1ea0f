#pragma once
// One question of the router role: which tenant answers on a host. Its connection carries announcements and
// hints of work besides, and no query of a tenant.

#include "db/database.hpp"

namespace kidevent::db {

class router_lookup {
public:
    template<class... Values>
    router_lookup(database& with, const query& what, const Values&... values)
        : with_(with), batch_(std::make_shared<batch>()) {
        batch_->statements.push_back({&what, params{values...}, {}});
    }
    batch_completion run() {
        with_.count_round_trip();
        return with_.run_on_router(batch_);
    }
    const result_set& rows() const { return pending_rows{batch_, 0}.rows(); }

private:
    database& with_;
    std::shared_ptr<batch> batch_;
};

} // namespace kidevent::db
