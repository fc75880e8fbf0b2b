/// List Blobs: pages in order of name, folders made of a delimiter.
#include <pugixml.hpp>

#include "sim/core/text.hpp"
#include "sim/storage/blob/blob_request.hpp"
#include "sim/storage/blob/blob_services.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {
namespace {

constexpr std::size_t kPageMax = 5000;

void add_text(pugi::xml_node parent, const char* name, const std::string& text) { parent.append_child(name).text().set(text.c_str()); }

void add_blob(pugi::xml_node list, const std::string& name, const BlobInfo& blob, bool with_metadata) {
  pugi::xml_node item = list.append_child("Blob");
  add_text(item, "Name", name);
  pugi::xml_node properties = item.append_child("Properties");
  add_text(properties, "Creation-Time", to_http_date(blob.created));
  add_text(properties, "Last-Modified", to_http_date(blob.modified));
  add_text(properties, "Etag", blob.etag.substr(1, blob.etag.size() - 2));
  add_text(properties, "Content-Length", std::to_string(blob.size));
  for (const char* header : {"Content-Type", "Content-Encoding", "Content-Language", "Content-MD5", "Cache-Control", "Content-Disposition"}) {
    const auto found = blob.properties.find(header);
    add_text(properties, header, found == blob.properties.end() ? "" : found->second);
  }
  add_text(properties, "BlobType", blob.type);
  add_text(properties, "AccessTier", blob.tier.empty() ? "Hot" : blob.tier);
  if (blob.tier.empty()) add_text(properties, "AccessTierInferred", "true");
  add_text(properties, "LeaseStatus", "unlocked");
  add_text(properties, "LeaseState", "available");
  add_text(properties, "ServerEncrypted", "true");
  if (!with_metadata) return;
  pugi::xml_node metadata = item.append_child("Metadata");
  for (const auto& [key, value] : blob.metadata) add_text(metadata, key.c_str(), value);
}

struct Page {
  std::string prefix{};
  std::string delimiter{};
  std::string marker{};
  std::size_t most = kPageMax;
  bool metadata = false;
};

/// Fills the list; returns the name at which the next page begins, or empty. A page that ends in a folder passes all of
/// its names, so what the next one begins with has not been named.
std::string fill_page(const BlobCall& call, const Page& page, pugi::xml_node list) {
  std::size_t count = 0;
  std::string folder;
  std::string next;
  for_each_blob(call.context.world(), call.container, page.prefix, page.marker, [&](const std::string& name, const BlobInfo& blob) {
    const auto cut = page.delimiter.empty() ? std::string::npos : name.find(page.delimiter, page.prefix.size());
    const std::string within = cut == std::string::npos ? std::string() : name.substr(0, cut + page.delimiter.size());
    if (!within.empty() && within == folder) return true;
    if (count == page.most) {
      next = name;
      return false;
    }
    ++count;
    folder = within;
    if (within.empty()) {
      add_blob(list, name, blob, page.metadata);
    } else {
      add_text(list.append_child("BlobPrefix"), "Name", within);
    }
    return true;
  });
  return next;
}

}  // namespace

Response list_blobs(Context& context, const Request& request, const Match& match) {
  const auto call = begin_container_call(context, request, match, 'l');
  if (!call) return storage_error(context, call.error());
  Page page{.prefix = request.query_value("prefix").value_or(""), .delimiter = request.query_value("delimiter").value_or("")};
  const auto marker = request.query_value("marker");
  if (marker && !marker->empty()) {
    const auto decoded = base64_decode(*marker);
    if (!decoded) return storage_error(context, invalid_query("marker"));
    page.marker = *decoded;
  }
  if (const auto most = request.query_value("maxresults"); most && !most->empty()) {
    if (most->size() > 6 || most->find_first_not_of("0123456789") != std::string::npos || std::stoul(*most) == 0) return storage_error(context, invalid_query("maxresults"));
    page.most = std::min<std::size_t>(std::stoul(*most), kPageMax);
  }
  for (const auto& part : split(request.query_value("include").value_or(""), ',')) {
    if (part == "metadata") page.metadata = true;
    // There are none of these here, so a list with them is the list.
    const bool nothing = part.empty() || part == "snapshots" || part == "deleted" || part == "versions" || part == "tags" || part == "copy" || part == "uncommittedblobs" || part == "metadata" || part == "deletedwithversions";
    if (!nothing) return storage_error(context, invalid_query("include"));
  }
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("EnumerationResults");
  root.append_attribute("ServiceEndpoint") = ("https://" + request.host + "/").c_str();
  root.append_attribute("ContainerName") = call->container.name.c_str();
  if (!page.prefix.empty()) add_text(root, "Prefix", page.prefix);
  if (marker && !marker->empty()) add_text(root, "Marker", *marker);
  if (!page.delimiter.empty()) add_text(root, "Delimiter", page.delimiter);
  const std::string next = fill_page(*call, page, root.append_child("Blobs"));
  add_text(root, "NextMarker", next.empty() ? "" : base64_encode(next));
  Response response = service_response(request, 200);
  response.headers.set("Content-Type", "application/xml");
  response.body = to_text(document);
  return response;
}

}  // namespace azlab::storage
