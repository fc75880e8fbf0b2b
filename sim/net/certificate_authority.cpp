#include "sim/net/certificate_authority.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <map>
#include <mutex>

#include "sim/core/text.hpp"
#include "sim/net/openssl.hpp"
#include "sim/net/site_address.hpp"

namespace azlab::net {

namespace {

constexpr long kDayS = 86'400;
constexpr long kValidDays = 397;  // browsers refuse leaves that are valid for longer
constexpr std::size_t kCommonNameMax = 64;  // X.520
constexpr std::size_t kHostsMax = 1000;     // a client that asks for random names must not fill the memory

bool add_extension(X509* to, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  const bool good = extension != nullptr && X509_add_ext(to, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return good;
}

/// As subjectAltName has them.
std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string out;
  for (const auto& host : hosts) out += (out.empty() ? "" : ",") + std::string(is_ip_address(host) ? "IP:" : "DNS:") + host;
  return out;
}

/// A certificate for `key`, signed with `signing_key`; `issuer` is null for the authority itself, whose one name is no host.
Certificate make_certificate(const std::vector<std::string>& names, EVP_PKEY* key, X509* issuer, EVP_PKEY* signing_key) {
  Certificate out(X509_new());
  X509* c = out.get();
  X509* by = issuer != nullptr ? issuer : c;
  unsigned char serial[16];
  if (c == nullptr || RAND_bytes(serial, sizeof serial) != 1) return nullptr;
  serial[0] &= 0x7F;  // positive
  X509_set_version(c, 2);
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(c));
  BN_free(number);
  X509_gmtime_adj(X509_getm_notBefore(c), -kDayS);
  X509_gmtime_adj(X509_getm_notAfter(c), kValidDays * kDayS - kDayS);
  const std::string common = names.front().substr(0, kCommonNameMax);
  X509_NAME_add_entry_by_NID(X509_get_subject_name(c), NID_commonName, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
  X509_set_issuer_name(c, X509_get_subject_name(by));
  X509_set_pubkey(c, key);
  bool good = add_extension(c, by, NID_subject_key_identifier, "hash");
  if (issuer == nullptr) {
    good = good && add_extension(c, by, NID_basic_constraints, "critical,CA:TRUE") && add_extension(c, by, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    good = good && add_extension(c, by, NID_basic_constraints, "critical,CA:FALSE") && add_extension(c, by, NID_key_usage, "critical,digitalSignature") &&
           add_extension(c, by, NID_authority_key_identifier, "keyid:always") && add_extension(c, by, NID_ext_key_usage, "serverAuth") &&
           add_extension(c, by, NID_subject_alt_name, alternative_names(names));
  }
  if (!good || X509_sign(c, signing_key, EVP_sha256()) == 0) return nullptr;
  return out;
}

int choose_http_1_1(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned offered_size, void*) {
  static const unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int how = SSL_select_next_proto(&chosen, size, kOurs, sizeof kOurs - 1, offered, offered_size);
  *out = chosen;
  return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

int follow_server_name(SSL* ssl, int*, void* authority) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* context = static_cast<CertificateAuthority*>(authority)->context_for(name);
  if (context == nullptr) return SSL_TLSEXT_ERR_ALERT_FATAL;
  SSL_set_SSL_CTX(ssl, context);
  return SSL_TLSEXT_ERR_OK;
}

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  std::string out(bytes, static_cast<std::size_t>(size));
  BIO_free(memory);
  return out;
}

}  // namespace

std::string to_pem(X509* certificate) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  return text_of(memory);
}

std::string to_pem(EVP_PKEY* key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(memory);
}

struct CertificateAuthority::Impl {
  Key key{EVP_EC_gen("P-256")};
  Key leaf_key{EVP_EC_gen("P-256")};
  Certificate certificate{};
  std::string pem{};
  std::mutex mutex{};
  std::map<std::string, TlsContext> contexts{};
};

CertificateAuthority::CertificateAuthority() : impl_(std::make_unique<Impl>()) {}
CertificateAuthority::~CertificateAuthority() = default;

Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::make() {
  std::unique_ptr<CertificateAuthority> out(new CertificateAuthority());
  Impl& impl = *out->impl_;
  if (impl.key && impl.leaf_key) impl.certificate = make_certificate({"azlab simulation, not Azure"}, impl.key.get(), nullptr, impl.key.get());
  if (!impl.certificate) return fail(500, "CertificateAuthority", "OpenSSL cannot make the run's certificate authority");
  impl.pem = to_pem(impl.certificate.get());
  return out;
}

const std::string& CertificateAuthority::certificate() const { return impl_->pem; }

Result<SiteIdentity> CertificateAuthority::identity_for(const std::vector<std::string>& hosts) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate leaf = key ? make_certificate(hosts, key.get(), impl_->certificate.get(), impl_->key.get()) : nullptr;
  if (!leaf) return fail(500, "CertificateAuthority", "OpenSSL cannot make a certificate for " + join(hosts, ", "));
  return SiteIdentity{.certificates = to_pem(leaf.get()) + impl_->pem, .key = to_pem(key.get())};
}

SSL_CTX* CertificateAuthority::context_for(const std::string& host_in) {
  const std::string host = to_lower(host_in);
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->contexts.find(host);
  if (found != impl_->contexts.end()) return found->second.get();
  if (impl_->contexts.size() >= kHostsMax) return nullptr;
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  const Certificate leaf = make_certificate({host}, impl_->leaf_key.get(), impl_->certificate.get(), impl_->key.get());
  if (!context || !leaf || SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 || SSL_CTX_use_PrivateKey(context.get(), impl_->leaf_key.get()) != 1) return nullptr;
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // A client that is cut off inside a record is an end like any other.
  SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http_1_1, nullptr);
  // The macro of this name casts in C's way.
  SSL_CTX_callback_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB, reinterpret_cast<void (*)()>(follow_server_name));
  SSL_CTX_set_tlsext_servername_arg(context.get(), this);
  return impl_->contexts.emplace(host, std::move(context)).first->second.get();
}

}  // namespace azlab::net
