#include "core/result.hpp"

#include <stdexcept>

namespace kidevent {

void throw_exception_from_error(const refusal& why, const boost::source_location& where) {
    throw std::logic_error("value of a refused result (errc " + std::to_string(static_cast<int>(why.code))
                           + ") taken at " + where.file_name() + ":" + std::to_string(where.line()));
}

} // namespace kidevent
