#include "harness/journal/writer.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/journal/masks.hpp"
#include "sim/core/text.hpp"

namespace azlab::journal {
namespace fs = std::filesystem;

Result<std::shared_ptr<Writer>> Writer::open(const std::string& path, const Begin& begin) {
  std::shared_ptr<Writer> writer(new Writer(path));
  if (!writer->out_) return fail(400, "WrongUse", fmt::format("--journal: cannot write {}: {}", path, std::strerror(errno)));
  std::error_code ignored;
  fs::remove_all(path + ".bodies", ignored);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, ignored);  // what clients sent is nobody else's business
  writer->write(to_json(begin));
  return writer;
}

void Writer::write(const Json& line) {
  const std::lock_guard lock(mutex_);
  out_ << dump(line) << '\n' << std::flush;
}

void Writer::add_body(const Request& request, std::uint64_t number, Json& line) {
  const std::size_t size = request.body.size();
  if (size == 0) return;
  if (size <= kBodyInLineBytesMax) {
    const std::string body = body_without_secrets(request, request.body.text());
    if (is_valid_utf8(body)) {
      line["body"] = body;
    } else {
      line["bodyBase64"] = base64_encode(body);
    }
    return;
  }
  const std::string name = std::to_string(number);
  std::error_code why;
  fs::create_directories(path_ + ".bodies", why);
  if (!why && bodies_bytes_ + size <= kBodiesBytesMax) {
    if (request.body.is_spooled()) {
      fs::copy_file(request.body.path(), path_ + ".bodies/" + name, fs::copy_options::overwrite_existing, why);
    } else {
      std::ofstream file(path_ + ".bodies/" + name, std::ios::binary);
      file << body_without_secrets(request, request.body.text());
      file.close();
      if (!file) why = std::make_error_code(std::errc::io_error);
    }
    bodies_bytes_ += size;
    if (!why) {
      line["bodyFile"] = name;
      return;
    }
  }
  line["bodyOmittedBytes"] = size;
}

void Writer::answered(const JournalEntry& entry, const Request* request) {
  Json line = to_json(record_of(entry));
  line["kind"] = request != nullptr ? "request" : "inside";
  if (request != nullptr) {
    line["headers"] = without_secrets(request->headers);
    add_body(*request, entry.number, line);
  }
  write(line);
}

void Writer::armed(const ArmedFault& fault, Time at) { write({{"kind", "armed"}, {"at", to_iso8601(at)}, {"fault", to_json(fault)}}); }

void Writer::disarmed(const ArmedFault& fault, Time at) { write({{"kind", "disarmed"}, {"at", to_iso8601(at)}, {"fault", to_json(fault)}}); }

void Writer::went_back(Time at) { write({{"kind", "wentBack"}, {"at", to_iso8601(at)}}); }

Result<void> Writer::close(const Simulator& simulator) {
  for (const auto& left : resources_of(simulator)) write(to_json(left));
  for (const auto& ran : operations_of(simulator)) write(to_json(ran));
  write({{"kind", "end"}, {"at", to_iso8601(simulator.now())}});
  out_.close();
  if (!out_) return fail(500, "FileError", "--journal: cannot write " + path_);
  return {};
}

}  // namespace azlab::journal
