#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>

#include "sim/arm/template/template.hpp"

// `uniqueString` is a variant of MurmurHash in two 32-bit lanes, in base 32: constants and known values (in the tests)
// from public reimplementations that were compared with Bicep's output. `guid` is a name-based uuid (RFC 4122, version
// 5) in a namespace that Microsoft's documentation of Bicep's functions gives.

namespace azlab::arm_template {
namespace {

constexpr std::uint32_t kLaneA = 0xAB0E9789;
constexpr std::uint32_t kLaneB = 0x239B961B;

std::uint32_t read_little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 4; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

std::uint32_t mix_first(std::uint32_t k) { return std::rotl(k * kLaneB, 15) * kLaneA; }
std::uint32_t mix_second(std::uint32_t k) { return std::rotl(k * kLaneA, 17) * kLaneB; }

std::uint32_t finish_lane(std::uint32_t h) {
  h = (h ^ (h >> 16)) * 0x85EBCA6B;
  h = (h ^ (h >> 13)) * 0xC2B2AE35;
  return h ^ (h >> 16);
}

std::uint64_t murmur_64(std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  for (; text.size() >= 8; text.remove_prefix(8)) {
    first = (std::rotl(first ^ mix_first(read_little_endian(text)), 19) + second) * 5 + 0x561CCD1B;
    second = (std::rotl(second ^ mix_second(read_little_endian(text.substr(4))), 13) + first) * 5 + 0x0BCAA747;
  }
  if (!text.empty()) first ^= mix_first(read_little_endian(text));
  if (text.size() > 4) second ^= mix_second(read_little_endian(text.substr(4)));
  first ^= length;
  second ^= length;
  first += second;
  second += first;
  first = finish_lane(first);
  second = finish_lane(second);
  first += second;
  second += first;
  return (std::uint64_t{second} << 32) | first;
}

using Digest = std::array<unsigned char, 20>;

/// SHA-1 (FIPS 180-4); for naming only.
Digest sha1(std::string message) {
  const std::uint64_t bits = std::uint64_t{message.size()} * 8;
  message += static_cast<char>(0x80);
  while (message.size() % 64 != 56) message += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) message += static_cast<char>((bits >> shift) & 0xFF);

  std::array<std::uint32_t, 5> h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (std::size_t block = 0; block < message.size(); block += 64) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 64; ++i) {
      w[i / 4] |= std::uint32_t{static_cast<unsigned char>(message[block + i])} << (24 - 8 * (i % 4));
    }
    for (std::size_t i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = h;
    for (std::size_t i = 0; i < 80; ++i) {
      std::uint32_t f = b ^ c ^ d;
      std::uint32_t k = i < 40 ? 0x6ED9EBA1 : 0xCA62C1D6;
      if (i < 20) {
        f = (b & c) | (~b & d);
        k = 0x5A827999;
      } else if (i >= 40 && i < 60) {
        f = (b & c) | (b & d) | (c & d);
        k = 0x8F1BBCDC;
      }
      const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
  }
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<unsigned char>(h[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

}  // namespace

std::string unique_string(std::string_view joined) {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
  std::uint64_t hash = murmur_64(joined);
  std::string text;
  for (int i = 0; i < 13; ++i, hash <<= 5) text += kDigits[hash >> 59];
  return text;
}

std::string guid_of(std::string_view joined) {
  constexpr std::array<unsigned char, 16> kNamespace = {0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd,
                                                        0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30};
  std::string message(kNamespace.begin(), kNamespace.end());
  message += joined;
  Digest digest = sha1(std::move(message));
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0F) | 0x50);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3F) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", digest[i]);
  }
  return text;
}

}  // namespace azlab::arm_template
