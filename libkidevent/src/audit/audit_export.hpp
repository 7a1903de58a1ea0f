#pragma once
// A chain, or a part of it, as lines of JSON: first the head with its signature, then the entries. Whoever
// has the file can check it without us; docs/audit.md says how.

#include "audit/audit_reader.hpp"

#include <iosfwd>

namespace kidevent::audit {

// Of the entries that happened in the time (null: all of them). Gives how many there were. What is written
// goes on where the last line ended when `to` fails: the caller looks at its state. Throws db_error.
task<std::int64_t> export_chain(db::database& with, listed_chain of, std::optional<timestamp> from,
                                std::optional<timestamp> until, std::ostream& to);

} // namespace kidevent::audit
