#include "db/batch.hpp"

#include <stdexcept>

namespace kidevent::db {

const char* batch::purpose() const noexcept {
    for (const statement& each : statements) {
        const std::string_view name = each.what->name();
        if (!name.starts_with("tenancy.") && !name.starts_with("transaction.")) return each.what->name();
    }
    return statements.empty() ? "" : statements.back().what->name();
}

const result_set& pending_rows::rows() const {
    if (!of_->finished || of_->failure) throw std::logic_error("rows of a batch that has not succeeded");
    return of_->statements[index_].answer;
}

} // namespace kidevent::db
