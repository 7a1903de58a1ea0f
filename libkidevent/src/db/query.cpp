#include "db/query.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace kidevent::db {

namespace {
// Zero-initialised before any constructor runs, so queries of every file can register in any order.
constinit const query* newest = nullptr;
} // namespace

query::query(const char* name, const char* sql, connection_role role)
    : name_(name), sql_(sql), role_(role), next_(newest) {
    newest = this;
}

std::vector<const query*> query::all_of(connection_role role) {
    std::vector<const query*> found;
    for (const query* each = newest; each; each = each->next_)
        if (each->role_ == role) found.push_back(each);
    std::sort(found.begin(), found.end(),
              [](const query* a, const query* b) { return std::strcmp(a->name_, b->name_) < 0; });
    for (std::size_t i = 1; i < found.size(); ++i)
        if (std::strcmp(found[i - 1]->name_, found[i]->name_) == 0)
            throw std::logic_error(std::string("two queries are named ") + found[i]->name_);
    return found;
}

} // namespace kidevent::db
