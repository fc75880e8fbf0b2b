#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "sim/arm/template/expression.hpp"

// Ranges of IP addresses. What counts as usable follows the documented examples: IPv4 leaves out network and broadcast
// address, IPv6 has no broadcast address and its hosts begin one after the network's own.

namespace azlab::arm_template {
namespace {

struct Range {
  std::array<unsigned char, 16> address{};  ///< big endian; IPv4 uses the first four
  unsigned bits = 32;                       ///< of the family: 32 or 128
  unsigned prefix = 0;

  int family() const { return bits == 32 ? AF_INET : AF_INET6; }
};

bool bit_of(const Range& range, unsigned at) { return (range.address[at / 8] >> (7 - at % 8) & 1) != 0; }
void set_bit(Range& range, unsigned at, bool value) {
  const auto mask = static_cast<unsigned char>(1U << (7 - at % 8));
  range.address[at / 8] = static_cast<unsigned char>(value ? range.address[at / 8] | mask : range.address[at / 8] & ~mask);
}
void fill_host(Range& range, bool value) {
  for (unsigned at = range.prefix; at < range.bits; ++at) set_bit(range, at, value);
}

/// Adds `value` whose lowest bit stands at `lowest` (a bit's number from the left).
void add_at(Range& range, std::uint64_t value, unsigned lowest) {
  for (unsigned i = 0; i <= lowest && value >> std::min(i, 63U) != 0 && i < 64; ++i) {
    if ((value >> i & 1) == 0) continue;
    for (unsigned at = lowest - i;; --at) {
      const bool carry = bit_of(range, at);
      set_bit(range, at, !carry);
      if (!carry || at == 0) break;
    }
  }
}

/// Whether `index` is below two to the power of `bits`.
bool fits_in(std::uint64_t index, unsigned bits) { return bits >= 64 || index >> bits == 0; }

std::string shown(const Range& range) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(range.family(), range.address.data(), text.data(), text.size());
  return text.data();
}

std::optional<Range> parse_range(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || slash + 1 >= text.size()) return std::nullopt;
  Range range;
  range.bits = text.find(':') == std::string::npos ? 32 : 128;
  if (inet_pton(range.family(), text.substr(0, slash).c_str(), range.address.data()) != 1) return std::nullopt;
  const auto [end, status] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), range.prefix);
  if (status != std::errc{} || end != text.data() + text.size() || range.prefix > range.bits) return std::nullopt;
  return range;
}

tl::unexpected<Error> want_range(const Call& call) { return call_error(call, "the first parameter must be an IP address range in CIDR notation."); }
tl::unexpected<Error> want_index(const Call& call) { return call_error(call, "the index must be an integer of at least '0' that lies within the range."); }

Result<Json> parse_cidr(const Call& call) {
  const std::optional<Range> given = parse_range(call.arguments[0]);
  if (!given) return want_range(call);
  Range network = *given;
  fill_host(network, false);
  Range last = network;
  fill_host(last, true);
  Range mask = network;
  for (unsigned at = 0; at < mask.bits; ++at) set_bit(mask, at, at < mask.prefix);
  Json found = {{"network", shown(network)}, {"netmask", shown(mask)}, {"cidr", network.prefix}};
  if (network.bits == 128) {
    found["firstUsable"] = shown(network);
    found["lastUsable"] = shown(last);
    return found;
  }
  const bool usable = network.prefix <= 30;
  found["broadcast"] = shown(last);
  Range first = network;
  if (usable) add_at(first, 1, first.bits - 1);
  if (usable) set_bit(last, last.bits - 1, false);
  found["firstUsable"] = shown(first);
  found["lastUsable"] = usable ? shown(last) : shown(network);
  return found;
}

Result<Json> cidr_subnet(const Call& call) {
  const std::optional<Range> given = parse_range(call.arguments[0]);
  if (!given) return want_range(call);
  if (!call.arguments[1].is_number_integer() || !call.arguments[2].is_number_integer()) return call_error(call, "the second and third parameter must be integers.");
  const auto prefix = call.arguments[1].get<std::int64_t>();
  const auto index = call.arguments[2].get<std::int64_t>();
  if (prefix < given->prefix || prefix > given->bits) {
    return call_error(call, fmt::format("the new CIDR '{}' must be between '{}' and '{}'.", prefix, given->prefix, given->bits));
  }
  Range subnet = *given;
  fill_host(subnet, false);
  subnet.prefix = static_cast<unsigned>(prefix);
  if (index < 0 || !fits_in(static_cast<std::uint64_t>(index), subnet.prefix - given->prefix)) return want_index(call);
  if (index > 0) add_at(subnet, static_cast<std::uint64_t>(index), subnet.prefix - 1);
  return Json(fmt::format("{}/{}", shown(subnet), prefix));
}

Result<Json> cidr_host(const Call& call) {
  const std::optional<Range> given = parse_range(call.arguments[0]);
  if (!given) return want_range(call);
  if (!call.arguments[1].is_number_integer() || call.arguments[1].get<std::int64_t>() < 0) return want_index(call);
  const auto at = static_cast<std::uint64_t>(call.arguments[1].get<std::int64_t>()) + 1;
  const unsigned host_bits = given->bits - given->prefix;
  // The last address of an IPv4 range is its broadcast address.
  if (!fits_in(given->bits == 32 ? at + 1 : at, host_bits)) return want_index(call);
  Range host = *given;
  fill_host(host, false);
  add_at(host, at, host.bits - 1);
  return Json(shown(host));
}

}  // namespace

const std::vector<FunctionEntry>& address_functions() {
  static const std::vector<FunctionEntry> table = {
      {"parseCidr", 1, 1, parse_cidr},
      {"cidrSubnet", 3, 3, cidr_subnet},
      {"cidrHost", 2, 2, cidr_host},
  };
  return table;
}

}  // namespace azlab::arm_template
