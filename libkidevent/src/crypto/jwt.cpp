#include "crypto/jwt.hpp"

#include "crypto/base64url.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::crypto {

namespace {

namespace json = boost::json;

std::optional<json::object> decode_object(std::string_view part) {
    const auto text = decode_base64url(part);
    if (!text) return std::nullopt;
    boost::system::error_code failed;
    json::value parsed = json::parse(*text, failed);
    if (failed || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

// A member that is there has to be a text.
std::optional<std::string> text_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    if (!found) return "";
    if (!found->is_string()) return std::nullopt;
    return std::string{std::string_view{found->get_string()}};
}

} // namespace

std::optional<jwt> parse_jwt(std::string_view compact) {
    if (compact.size() > jwt_bytes_max) return std::nullopt;
    const auto first = compact.find('.');
    const auto second = first == compact.npos ? compact.npos : compact.find('.', first + 1);
    if (second == compact.npos || compact.find('.', second + 1) != compact.npos) return std::nullopt;
    const auto header = decode_object(compact.substr(0, first));
    auto claims = decode_object(compact.substr(first + 1, second - first - 1));
    auto signature = decode_base64url(compact.substr(second + 1));
    if (!header || !claims || !signature) return std::nullopt;
    for (const std::string_view extension : {"crit", "b64", "zip"})
        if (header->contains(extension)) return std::nullopt;
    auto algorithm = text_in(*header, "alg");
    auto key_id = text_in(*header, "kid");
    if (!algorithm || algorithm->empty() || !key_id) return std::nullopt;
    return jwt{std::move(*algorithm), std::move(*key_id), std::string{compact.substr(0, second)},
               std::move(*signature), std::move(*claims)};
}

jwt_fault find_fault(const jwt& token, const jwk_set& keys) {
    const auto algorithm = parse_signature_algorithm(token.algorithm);
    if (!algorithm) return jwt_fault::algorithm_not_allowed;
    const auto found = keys.find(token.key_id, *algorithm);
    if (found.is == jwk_set::outcome::unknown) return jwt_fault::unknown_key;
    if (found.is == jwk_set::outcome::ambiguous) return jwt_fault::ambiguous_key;
    return is_signed_by(*found.key, token.signed_text, token.signature) ? jwt_fault::none
                                                                        : jwt_fault::bad_signature;
}

} // namespace kidevent::crypto
