#pragma once
// Prints what a command found: an aligned table for people, JSON for scripts. Every command that
// lists or shows something prints through here.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace kidevent::cli {

// Rows are objects; `columns` are the keys that the table shows, in its order, with the keys in capitals
// as the heading. With `json` the whole rows are printed as one array ("[]" when there are none).
void print_list(std::ostream& out, const std::vector<std::string>& columns, const boost::json::array& rows,
                bool json);

// One object: "key  value" lines, or a JSON object.
void print_item(std::ostream& out, const boost::json::object& item, bool json);

} // namespace kidevent::cli
