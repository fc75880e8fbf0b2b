#include "harness/app/in_parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <utility>

namespace azlab::app {

void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::exception_ptr thrown;
  const auto carry_on = [&] {
    for (std::size_t i = next++; i < count && !failed; i = next++) {
      try {
        work(i);
      } catch (...) {
        if (!failed.exchange(true)) thrown = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(carry_on);
    carry_on();
  }
  if (thrown) std::rethrow_exception(thrown);
}

InOrder::InOrder(std::ostream& out, std::size_t parts, std::function<void(std::size_t)> ended)
    : out_(out), ended_(std::move(ended)), parts_(parts) {}

void InOrder::print(std::size_t part, std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (part == turn_) {
    out_ << text << std::flush;
  } else {
    parts_[part].waiting += text;
  }
}

void InOrder::end(std::size_t part) {
  const std::lock_guard lock(mutex_);
  parts_[part].ended = true;
  while (turn_ < parts_.size() && parts_[turn_].ended) {
    ended_(turn_);
    if (++turn_ < parts_.size()) out_ << std::exchange(parts_[turn_].waiting, {}) << std::flush;
  }
}

}  // namespace azlab::app
