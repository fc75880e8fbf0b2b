#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace azlab::net {

template <auto Free>
struct Frees {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Frees<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Frees<X509_free>>;
using TlsContext = std::unique_ptr<SSL_CTX, Frees<SSL_CTX_free>>;

/// PEM. Empty when OpenSSL cannot.
std::string to_pem(X509* certificate);
std::string to_pem(EVP_PKEY* key);

}  // namespace azlab::net
