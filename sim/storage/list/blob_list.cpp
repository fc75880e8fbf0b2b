#include "sim/storage/list/blob_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <pugixml.hpp>

#include "sim/core/text.hpp"

namespace azlab::storage {
namespace {

constexpr const char* kListVersion = "2023-11-03";

std::string list_url(const BlobQuestion& question) {
  std::string url = question.container + "?restype=container&comp=list&prefix=" + percent_encode(question.prefix);
  if (question.by_folder) url += "&delimiter=%2F";
  if (!question.marker.empty()) url += "&marker=" + percent_encode(question.marker);
  return question.signature.empty() ? url : url + "&" + question.signature;
}

std::uint64_t number_of(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// "Mon, 23 Nov 2026 09:00:00 GMT" as ISO 8601.
std::string iso_of_http_date(std::string_view date) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (date.size() < 25) return {};
  const auto month = kMonths.find(date.substr(8, 3));
  if (month == std::string_view::npos) return {};
  return fmt::format("{}-{:02}-{}T{}Z", date.substr(12, 4), month / 3 + 1, date.substr(5, 2), date.substr(17, 8));
}

}  // namespace

Result<BlobPage> list_blob_page(const BlobQuestion& question, const Send& send) {
  Request request = Request::make(Method::get, list_url(question));
  request.headers.set("x-ms-version", kListVersion);
  const Response answer = send(std::move(request));
  const std::string text = answer.body.text();
  if (!answer.ok()) return fail(answer.status, std::string(answer.headers.get("x-ms-error-code")), text);
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size())) return fail(500, "InvalidXmlDocument", "The list of blobs is no XML.");
  const pugi::xml_node root = document.child("EnumerationResults");
  BlobPage page{.next = root.child_value("NextMarker")};
  for (const pugi::xml_node& item : root.child("Blobs").children()) {
    if (std::string_view(item.name()) == "BlobPrefix") {
      page.folders.emplace_back(item.child_value("Name"));
      continue;
    }
    const pugi::xml_node properties = item.child("Properties");
    page.blobs.push_back({.name = item.child_value("Name"),
                          .size = number_of(properties.child_value("Content-Length")),
                          .etag = properties.child_value("Etag"),
                          .created = iso_of_http_date(properties.child_value("Creation-Time"))});
  }
  return page;
}

Result<BlobPage> list_all_blobs(BlobQuestion question, const Send& send) {
  BlobPage all;
  do {
    auto page = list_blob_page(question, send);
    if (!page) return page;
    std::move(page->blobs.begin(), page->blobs.end(), std::back_inserter(all.blobs));
    std::move(page->folders.begin(), page->folders.end(), std::back_inserter(all.folders));
    question.marker = page->next;
  } while (!question.marker.empty());
  return all;
}

}  // namespace azlab::storage
