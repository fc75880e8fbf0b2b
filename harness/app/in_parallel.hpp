#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace azlab::app {

/// Calls `work` once for each of 0 … count-1, begun in that order, on at most `threads` threads, and returns when all are
/// done. What the first one threw is thrown again; none is begun after that.
void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work);

/// What parts that run at the same time print, in the parts' order: lines of the first part that has not ended appear at
/// once, those of later parts when it is their turn.
class InOrder {
 public:
  /// `ended` is called for each part in order when it and all before it have ended; it may print to `out`.
  InOrder(std::ostream& out, std::size_t parts, std::function<void(std::size_t)> ended);

  /// From any thread.
  void print(std::size_t part, std::string_view text);
  void end(std::size_t part);

 private:
  struct Part {
    std::string waiting{};
    bool ended = false;
  };
  std::ostream& out_;
  std::function<void(std::size_t)> ended_;
  std::mutex mutex_{};  ///< guards what follows, and `out`
  std::vector<Part> parts_;
  std::size_t turn_ = 0;
};

}  // namespace azlab::app
