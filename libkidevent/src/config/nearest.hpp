#pragma once
// The closest of the known words to a mistyped one, for "did you mean" hints. Pure; used for setting
// keys here and for commands by the command line.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace kidevent::config {

// The number of insertions, deletions, substitutions and swaps of neighbours that lead from a to b.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The known word with the smallest distance to `word`, when that is at most a third of the word's
// length (and at least one or two slips are allowed); std::nullopt when nothing is close.
std::optional<std::string_view> find_nearest(std::string_view word,
                                             const std::vector<std::string_view>& known);

} // namespace kidevent::config
