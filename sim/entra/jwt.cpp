#include "sim/entra/jwt.hpp"

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/entra/key.hpp"

namespace azlab::entra {

std::string base64url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::optional<Jwt> parse_jwt(std::string_view text) {
  const auto first = text.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  auto header = base64_decode(text.substr(0, first));
  auto payload = base64_decode(text.substr(first + 1, second - first - 1));
  auto signature = base64_decode(text.substr(second + 1));
  if (!header || !payload || !signature) return std::nullopt;
  for (const auto& part : {*header, *payload}) {
    const auto json = parse_json(part);
    if (!json || !json->is_object()) return std::nullopt;
  }
  return Jwt{.header = std::move(*header), .payload = std::move(*payload), .signed_text = std::string(text.substr(0, second)), .signature = std::move(*signature)};
}

std::string sign_jwt(const Json& claims) {
  const SigningKey& key = SigningKey::of_this_run();
  const std::string text = base64url(dump({{"typ", "JWT"}, {"alg", "RS256"}, {"x5t", key.id()}, {"kid", key.id()}})) + "." + base64url(dump(claims));
  return text + "." + base64url(key.sign(text));
}

bool is_signed_by_us(const Jwt& token) {
  const auto header = parse_json(token.header);
  const SigningKey& key = SigningKey::of_this_run();
  return header && string_at(*header, "alg") == "RS256" && string_at(*header, "kid") == key.id() && key.verify(token.signed_text, token.signature);
}

std::string seal(std::string_view prefix, const Json& content) {
  const std::string text = std::string(prefix) + base64url(dump(content));
  return text + "." + base64url(SigningKey::of_this_run().seal(text));
}

std::optional<Json> open_sealed(std::string_view prefix, std::string_view text, bool& intact) {
  intact = false;
  const auto dot = text.rfind('.');
  if (!text.starts_with(prefix) || dot == std::string_view::npos || dot < prefix.size()) return std::nullopt;
  const auto bytes = base64_decode(text.substr(prefix.size(), dot - prefix.size()));
  auto content = bytes ? parse_json(*bytes) : parse_json("");
  if (!content || !content->is_object()) return std::nullopt;
  intact = text.substr(dot + 1) == base64url(SigningKey::of_this_run().seal(text.substr(0, dot)));
  return std::move(*content);
}

}  // namespace azlab::entra
