// The data plane takes any client's bytes: names, headers, block lists, markers. There is an answer, and never a 500.
#include <cstdint>
#include <string>

#include "sim/simulator.hpp"

namespace {

using namespace azlab;

const std::string kAccount = "/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stfuzz";

/// An account with a container and a staged block.
Simulator& storage() {
  static Simulator simulator;
  static const bool kReady = [] {
    const auto send = [](const std::string& url, const std::string& body) { simulator.handle(Request::make(Method::put, url, body)); };
    send("/subscriptions/3f0b6c1e-8d5a-4e27-9b14-6a7c2d9e5f01/resourceGroups/rg", R"({"location":"eastus"})");
    send(kAccount, R"({"location":"eastus","kind":"StorageV2","sku":{"name":"Standard_LRS"}})");
    simulator.advance(std::chrono::hours(1));
    send("https://stfuzz.blob.core.windows.net/cont?restype=container", "");
    send("https://stfuzz.blob.core.windows.net/cont/b?comp=block&blockid=AAAA", "bytes");
    return true;
  }();
  static_cast<void>(kReady);
  return simulator;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Simulator& simulator = storage();
  static const Snapshot kStart = simulator.snapshot();
  const std::string text(reinterpret_cast<const char*>(data), size);
  // First line: method, then path and query below the account; lines with a colon: headers; an empty line; the body.
  std::size_t at = text.find('\n');
  const std::string head = text.substr(0, at);
  const auto space = head.find(' ');
  const auto method = parse_method(head.substr(0, space));
  if (!method || space == std::string::npos) return 0;
  Request request = Request::make(*method, "https://stfuzz." + std::string(head.ends_with("!") ? "file" : "blob") + ".core.windows.net/" + head.substr(space + 1));
  while (at != std::string::npos && ++at < text.size()) {
    const auto end = text.find('\n', at);
    const std::string line = text.substr(at, end == std::string::npos ? end : end - at);
    const auto colon = line.find(':');
    if (line.empty() || colon == std::string::npos) {
      request.body = end == std::string::npos ? "" : text.substr(end + 1);
      break;
    }
    request.headers.set(line.substr(0, colon), line.substr(colon + 1));
    at = end;
  }
  simulator.restore(kStart);
  if (simulator.handle(request).status >= 500) __builtin_trap();
  return 0;
}
