#pragma once
// JSON for files that people read and version control compares.

#include <boost/json/value.hpp>

#include <string>

namespace kidevent::cli {

// Members in the order of the value, each on a line of its own, two blanks deeper; lists without lists and
// objects in them stay on one line. Ends with a line break.
std::string pretty_json(const boost::json::value& value);

} // namespace kidevent::cli
