#pragma once
// Expected outcomes travel as result<T>: a value, or why not. What is broken (no database, bad configuration)
// throws.

#include "core/errc.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace kidevent {

// One field of a request that was refused, for the person who has to mend it.
struct field_error {
    std::string pointer; // RFC 6901 JSON pointer into the body, or the name of a query parameter or header
    std::string code;    // stable, for programs: "required", "unknown", "too_long", ...
    std::string detail;  // for people; never holds what another tenant or household stored
};

struct refusal {
    errc code;
    std::vector<field_error> fields;
    int retry_after_seconds = 0; // 0: do not say
};

template<class T = void> using result = boost::system::result<T, refusal>;

inline refusal refuse(errc code) { return refusal{code, {}, 0}; }
inline refusal refuse(errc code, std::string pointer, std::string field_code, std::string detail) {
    refusal why{code, {}, 0};
    why.fields.push_back({std::move(pointer), std::move(field_code), std::move(detail)});
    return why;
}

// Found by boost::system::result::value(); asking for the value of a refusal is our own fault.
[[noreturn]] void throw_exception_from_error(const refusal& why, const boost::source_location& where);

} // namespace kidevent
