#pragma once

#include <string>

namespace azlab::app {

/// `azlab explain REPORT LINE`: all that a JSON report knows of one line. 0, or 2 for wrong use.
int explain(const std::string& report_file, const std::string& place);

}  // namespace azlab::app
