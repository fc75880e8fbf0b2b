#include "sim/core/draw.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace azlab {
namespace {

// SplitMix64's finaliser: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

std::uint64_t absorb(std::uint64_t state, std::string_view text) {
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mix(state ^ text.size());
}

}  // namespace

std::uint64_t Draw::bits(std::string_view purpose, std::string_view id, std::uint64_t n) const {
  return mix(absorb(absorb(mix(seed_), purpose), id) ^ mix(n));
}

double Draw::unit(std::string_view purpose, std::string_view id, std::uint64_t n) const {
  return static_cast<double>(bits(purpose, id, n) >> 11) * 0x1.0p-53;
}

std::string Draw::guid(std::string_view purpose, std::string_view id, std::uint64_t n) const {
  const std::uint64_t high = bits(purpose, id, 2 * n);
  const std::uint64_t low = bits(purpose, id, 2 * n + 1);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF, high & 0xFFF,
                     (low >> 48 & 0x3FFF) | 0x8000, low & 0xFFFFFFFFFFFFULL);
}

std::string Draw::hex(std::size_t digits, std::string_view purpose, std::string_view id, std::uint64_t n) const {
  std::string out;
  for (std::uint64_t k = 0; out.size() < digits; ++k) out += fmt::format("{:016x}", mix(bits(purpose, id, n) + k));
  out.resize(digits);
  return out;
}

Duration Draw::lognormal(double mu, double sigma, std::string_view purpose, std::string_view id, std::uint64_t n) const {
  // Box-Muller; 1 - u is in (0, 1], so the logarithm is finite.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - unit(purpose, id, 2 * n)));
  const double normal = radius * std::cos(2.0 * std::numbers::pi * unit(purpose, id, 2 * n + 1));
  return seconds(std::exp(mu + sigma * normal));
}

}  // namespace azlab
