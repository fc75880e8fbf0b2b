#include "sim/entra/key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "sim/entra/jwt.hpp"

namespace azlab::entra {
namespace {

template <class T, void (*kFree)(T*)>
struct Freer {
  void operator()(T* value) const { kFree(value); }
};
template <class T, void (*kFree)(T*)>
using Owned = std::unique_ptr<T, Freer<T, kFree>>;

using KeyOwner = Owned<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

/// A number of the public key, big-endian, base64url.
std::string number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &value) != 1) throw std::runtime_error("OpenSSL gave no RSA parameter");
  const Owned<BIGNUM, BN_free> owner(value);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  return base64url(bytes);
}

bool verify_with(EVP_PKEY* key, bool pss, std::string_view bytes, std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // owned by the digest context
  if (!context || EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key) != 1) return false;
  if (pss && (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 || EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) != 1)) return false;
  return EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(bytes), bytes.size()) == 1;
}

}  // namespace

struct SigningKey::Pair {
  EVP_PKEY* key = nullptr;

  Pair() = default;
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() { EVP_PKEY_free(key); }
};

const SigningKey& SigningKey::of_this_run() {
  static const SigningKey kKey;
  return kKey;
}

SigningKey::SigningKey() : pair_(std::make_unique<Pair>()), secret_(32, '\0') {
  pair_->key = EVP_RSA_gen(2048);
  if (pair_->key == nullptr || RAND_bytes(reinterpret_cast<unsigned char*>(secret_.data()), static_cast<int>(secret_.size())) != 1) {
    throw std::runtime_error("OpenSSL could not make a key");
  }
  modulus_ = number_of(pair_->key, OSSL_PKEY_PARAM_RSA_N);
  exponent_ = number_of(pair_->key, OSSL_PKEY_PARAM_RSA_E);
  id_ = base64url(sha256(modulus_).substr(0, 20));  // as long as the thumbprints that Entra uses
}

SigningKey::~SigningKey() { OPENSSL_cleanse(secret_.data(), secret_.size()); }

std::string SigningKey::sign(std::string_view bytes) const {
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, pair_->key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, raw(bytes), bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL could not sign");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(bytes), bytes.size()) != 1) throw std::runtime_error("OpenSSL could not sign");
  signature.resize(size);
  return signature;
}

bool SigningKey::verify(std::string_view bytes, std::string_view signature) const { return verify_with(pair_->key, false, bytes, signature); }

std::string SigningKey::seal(std::string_view bytes) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), raw(bytes), bytes.size(), out.data(), &size) == nullptr) throw std::runtime_error("OpenSSL could not seal");
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr) != 1) throw std::runtime_error("OpenSSL could not hash");
  return {reinterpret_cast<const char*>(out.data()), size};
}

bool signed_by_certificate(std::string_view certificate, std::string_view algorithm, std::string_view bytes, std::string_view signature) {
  if (algorithm != "RS256" && algorithm != "PS256") return false;
  const unsigned char* at = raw(certificate);
  const Owned<X509, X509_free> parsed(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
  if (!parsed) return false;
  const KeyOwner key(X509_get_pubkey(parsed.get()));
  return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA && verify_with(key.get(), algorithm == "PS256", bytes, signature);
}

}  // namespace azlab::entra
