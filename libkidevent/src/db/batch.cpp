#include "db/batch.hpp"

#include <stdexcept>

namespace kidevent::db {

const result_set& pending_rows::rows() const {
    if (!of_->finished || of_->failure) throw std::logic_error("rows of a batch that has not succeeded");
    return of_->statements[index_].answer;
}

} // namespace kidevent::db
