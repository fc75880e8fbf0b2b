#include "harness/shell/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace azlab::shell {

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  return text.str();
}

bool write_whole(const std::string& path, std::string_view text, bool executable) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, executable ? 0755 : 0644);
  if (fd < 0) return false;
  bool good = true;
  while (good && !text.empty()) {
    const ssize_t done = write(fd, text.data(), text.size());
    good = done > 0;
    if (good) text.remove_prefix(static_cast<std::size_t>(done));
  }
  close(fd);
  return good;
}

}  // namespace azlab::shell
