#include "sim/net/site_tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sim/net/certificate_authority.hpp"
#include "sim/net/openssl.hpp"
#include "sim/net/site_address.hpp"

namespace azlab::net {
namespace {

constexpr int kStillDays = 7;  ///< a certificate that is kept for later starts is made anew this long before its end

using Memory = std::unique_ptr<BIO, Frees<BIO_free_all>>;

Memory memory_of(const std::string& text) { return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

/// OpenSSL would ask for a password at the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::vector<Certificate> certificates_in(const std::string& pem) {
  std::vector<Certificate> out;
  const Memory memory = memory_of(pem);
  while (X509* one = PEM_read_bio_X509(memory.get(), nullptr, no_password, nullptr)) out.emplace_back(one);
  ERR_clear_error();  // the end of the text
  return out;
}

Key key_in(const std::string& pem) {
  const Memory memory = memory_of(pem);
  Key out(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return out;
}

bool is_valid_for(X509* certificate, int days_at_least) {
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) return false;
  return days > days_at_least || (days == days_at_least && seconds > 0);
}

Result<std::string> text_in(const std::string& file, const char* what) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof()) return fail(400, "SiteIdentity", fmt::format("cannot read the {} in '{}': {}", what, file, std::strerror(errno)));
  return text;
}

}  // namespace

Result<SiteIdentity> make_site_identity(const std::vector<std::string>& hosts) {
  const auto authority = CertificateAuthority::make();
  if (!authority) return fail(authority.error());
  return (*authority)->identity_for(hosts);
}

Result<SiteIdentity> read_site_identity(const std::string& certificate_file, const std::string& key_file) {
  const auto certificates = text_in(certificate_file, "certificate");
  if (!certificates) return fail(certificates.error());
  const auto key_text = text_in(key_file, "key");
  if (!key_text) return fail(key_text.error());
  const auto chain = certificates_in(*certificates);
  if (chain.empty()) return fail(400, "SiteIdentity", fmt::format("'{}' holds no certificate (PEM)", certificate_file));
  const Key key = key_in(*key_text);
  if (!key) return fail(400, "SiteIdentity", fmt::format("'{}' holds no key (PEM) that can be read without a password", key_file));
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) return fail(400, "SiteIdentity", fmt::format("the key in '{}' is not that of the certificate in '{}'", key_file, certificate_file));
  if (!is_valid_for(chain.front().get(), 0)) return fail(400, "SiteIdentity", fmt::format("the certificate in '{}' is no longer valid", certificate_file));
  return SiteIdentity{.certificates = *certificates, .key = *key_text};
}

bool still_serves(const SiteIdentity& identity, const std::vector<std::string>& hosts) {
  const auto chain = certificates_in(identity.certificates);
  const Key key = key_in(identity.key);
  if (chain.empty() || !key || X509_check_private_key(chain.front().get(), key.get()) != 1 || !is_valid_for(chain.front().get(), kStillDays)) return false;
  for (const auto& host : hosts) {
    const int named = is_ip_address(host) ? X509_check_ip_asc(chain.front().get(), host.c_str(), 0) : X509_check_host(chain.front().get(), host.data(), host.size(), 0, nullptr);
    if (named != 1) return false;
  }
  return true;
}

std::string fingerprint_of(const SiteIdentity& identity) {
  const auto chain = certificates_in(identity.certificates);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (chain.empty() || X509_digest(chain.front().get(), EVP_sha256(), digest.data(), &size) != 1) return "";
  std::string out;
  for (unsigned i = 0; i < size; ++i) out += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return out;
}

void FreesTlsContext::operator()(SSL_CTX* context) const { SSL_CTX_free(context); }

Result<std::unique_ptr<SSL_CTX, FreesTlsContext>> site_tls(const SiteIdentity& identity) {
  std::unique_ptr<SSL_CTX, FreesTlsContext> out(SSL_CTX_new(TLS_server_method()));
  auto chain = certificates_in(identity.certificates);
  const Key key = key_in(identity.key);
  bool good = out && !chain.empty() && key && SSL_CTX_use_certificate(out.get(), chain.front().get()) == 1 && SSL_CTX_use_PrivateKey(out.get(), key.get()) == 1;
  for (std::size_t i = 1; good && i < chain.size(); ++i) good = SSL_CTX_add1_chain_cert(out.get(), chain[i].get()) == 1;
  if (!good) return fail(500, "SiteIdentity", "OpenSSL cannot use the site's certificate");
  SSL_CTX_set_min_proto_version(out.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(out.get(), SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_RENEGOTIATION);
  return out;
}

}  // namespace azlab::net
