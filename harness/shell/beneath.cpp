#include "harness/shell/beneath.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

constexpr const char* kNewFile = ".azlab-new";

/// A descriptor that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

tl::unexpected<Error> cannot(const char* what, const std::string& path, const std::string& why) { return fail(400, "FileError", std::string("cannot ") + what + " " + path + ": " + why); }

std::string why_not() { return errno == ELOOP || errno == ENOTDIR ? "it goes through a link or a file" : std::strerror(errno); }

struct Place {
  Descriptor folder;
  std::string name;
};

/// Goes from folder to folder without following a link, so that nobody can lead it elsewhere.
Result<Place> find_place(const std::string& root, const std::string& path, const char* what, bool make_folders) {
  const auto parts = split(path, '/');
  for (const auto& part : parts) {
    if (part.empty() || part == "." || part == ".." || part.find('\0') != std::string::npos) return cannot(what, path, "no path of a file in the home folder");
  }
  Descriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t i = 0; i + 1 < parts.size() && folder.is_open(); ++i) {
    if (make_folders) ::mkdirat(folder.number(), parts[i].c_str(), 0755);
    folder = Descriptor(::openat(folder.number(), parts[i].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }
  if (!folder.is_open()) return cannot(what, path, why_not());
  return Place{std::move(folder), parts.back()};
}

}  // namespace

Result<void> write_beneath(const std::string& root, const std::string& path, std::string_view bytes) {
  const auto place = find_place(root, path, "write", true);
  if (!place) return fail(place.error());
  const int folder = place->folder.number();
  const std::string beside = kNewFile + place->name.substr(0, 200);
  ::unlinkat(folder, beside.c_str(), 0);  // what an interrupted write left
  const Descriptor file(::openat(folder, beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file.is_open()) return cannot("write", path, why_not());
  for (std::string_view left = bytes; !left.empty();) {
    const ssize_t done = ::write(file.number(), left.data(), left.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) {
      const std::string why = why_not();
      ::unlinkat(folder, beside.c_str(), 0);
      return cannot("write", path, why);
    }
    left.remove_prefix(static_cast<std::size_t>(done));
  }
  // A link of that name is replaced, not followed.
  if (::renameat(folder, beside.c_str(), folder, place->name.c_str()) == 0) return {};
  const std::string why = why_not();
  ::unlinkat(folder, beside.c_str(), 0);
  return cannot("write", path, why);
}

Result<std::string> read_beneath(const std::string& root, const std::string& path, std::size_t bytes_max) {
  const auto place = find_place(root, path, "read", false);
  if (!place) return fail(place.error());
  // A pipe that nobody writes to must not hold us up.
  const Descriptor file(::openat(place->folder.number(), place->name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) return cannot("read", path, why_not());
  if (!S_ISREG(status.st_mode)) return cannot("read", path, "it is no file");
  std::string out;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read", path, why_not());
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    if (out.size() > bytes_max) return cannot("read", path, "it is larger than " + std::to_string(bytes_max >> 20U) + " MB");
  }
}

}  // namespace azlab::shell
