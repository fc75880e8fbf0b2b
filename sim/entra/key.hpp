#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace azlab::entra {

/// The keys with which this run signs: an RSA pair for tokens and a secret for what only we read again (codes,
/// refresh tokens). Made by OpenSSL on first use, never from the seed, written nowhere; one for the process, so that
/// every Simulator in it accepts the others' tokens. Immutable, so any thread may use it.
class SigningKey {
 public:
  static const SigningKey& of_this_run();
  /// Makes a pair of 2048 bits, which takes about a tenth of a second.
  SigningKey();
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  const std::string& id() const { return id_; }  ///< `kid`: follows from the public key
  std::string sign(std::string_view bytes) const;  ///< RS256, raw bytes
  bool verify(std::string_view bytes, std::string_view signature) const;
  /// HMAC-SHA256 with the run's secret, raw bytes.
  std::string seal(std::string_view bytes) const;
  /// Public key for a JWKS, base64url.
  const std::string& modulus() const { return modulus_; }
  const std::string& exponent() const { return exponent_; }

 private:
  struct Pair;
  std::unique_ptr<Pair> pair_;
  std::string secret_;
  std::string modulus_;
  std::string exponent_;
  std::string id_;
};

/// SHA-256 of some bytes, raw.
std::string sha256(std::string_view bytes);
/// Whether `signature` is one of `bytes` by the key of an X.509 certificate (DER); `algorithm` is RS256 or PS256,
/// the two that MSAL uses for client certificates.
bool signed_by_certificate(std::string_view certificate, std::string_view algorithm, std::string_view bytes, std::string_view signature);

}  // namespace azlab::entra
