#pragma once
// The rows of setting_table.cpp about the audit log. Private to config/.

#include "config/neighbour_settings.hpp"

namespace kidevent::config::about_audit {

template<auto Member> inline constexpr auto audit = &in<&settings::audit, Member>;

inline constexpr setting rows[] = {
    {"audit.signing_keys",
     audit<&audit_settings::signing_keys>,
     {.min = 0, .max = 8, .secret = true, .check = problem_of_signing_key},
     "Keys that sign the heads of the audit log's chains, 32 random bytes or more each: the first one signs, "
     "all are believed. Without one, whoever writes to the database can write the log anew unnoticed"},
    {"audit.retention", audit<&audit_settings::retention>, duration(30 * day_in_s, 36500 * day_in_s),
     "How long entries of the audit log are kept after they were sealed"},
    {"audit.denied_per_minute_max", audit<&audit_settings::denied_per_minute_max>, count(1, 100000),
     "Refused attempts at one organisation that are kept of each minute; those beyond are counted only"},
    {"audit.batch_max", audit<&audit_settings::batch_max>, count(1, 10000),
     "Entries that are sealed, or removed, at once"},
    {"audit.poll_min", audit<&audit_settings::poll_min>, duration(1, minute_in_ms),
     "How soon a background worker looks for entries to seal again after there were some"},
    {"audit.poll_max", audit<&audit_settings::poll_max>, duration(10, 10 * minute_in_ms),
     "How often it looks when there were none for a while"},
};

} // namespace kidevent::config::about_audit
