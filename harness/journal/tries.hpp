#pragma once

#include <string>
#include <vector>

#include "harness/journal/record.hpp"

namespace azlab::journal {

/// What clients asked at one place, over the whole run: how often, with what success, how long they waited in between.
struct Tries {
  std::string operation{};
  std::string method{};
  std::string place{};            ///< host and path
  std::vector<int> statuses{};    ///< one a request, in order
  std::vector<double> waits{};    ///< simulated seconds between each request and the next one
  std::size_t retries = 0;        ///< requests that follow an answer which asks for another try (408, 429, 500, 502, 503, 504)
  Time first{};
  Time last{};
};

/// Groups requests by method and place, in the order in which each was first asked for.
std::vector<Tries> tries_of(const std::vector<Record>& records);

}  // namespace azlab::journal
