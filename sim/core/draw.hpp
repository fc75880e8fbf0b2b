#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace azlab {

/// The only source of chance. A draw is a pure function of what it is for, so one request more shifts
/// nothing else (design 3). `n` counts draws for one purpose and id.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t seed() const { return seed_; }
  std::uint64_t bits(std::string_view purpose, std::string_view id, std::uint64_t n = 0) const;
  /// Uniform in [0, 1).
  double unit(std::string_view purpose, std::string_view id, std::uint64_t n = 0) const;
  /// A version-4 uuid, lower case with dashes.
  std::string guid(std::string_view purpose, std::string_view id, std::uint64_t n = 0) const;
  /// `digits` lower-case hexadecimal digits.
  std::string hex(std::size_t digits, std::string_view purpose, std::string_view id, std::uint64_t n = 0) const;
  /// exp(N(mu, sigma)) seconds.
  Duration lognormal(double mu, double sigma, std::string_view purpose, std::string_view id, std::uint64_t n = 0) const;

 private:
  std::uint64_t seed_;
};

}  // namespace azlab
