#pragma once

#include <vector>

#include "sim/mlflow/run_view.hpp"

namespace azlab::mlflow {

/// Checks what runs/search allows in a filter and in an order and fits values to it: names and vocabulary of both the
/// open-source server and Azure (a status 'Failed', times as quoted dates). INVALID_PARAMETER_VALUE otherwise.
Result<void> fit_run_filter(std::vector<Comparison>& filter);
Result<void> fit_run_order(std::vector<Order>& order);

bool run_matches(const RunView& run, const std::vector<Comparison>& filter);
/// Sorts by the given order, then the newest first, then by id; what lacks a value comes last either way. Only the first
/// `wanted` need to be in order.
void sort_runs(std::vector<RunViewPtr>& runs, const std::vector<Order>& order, std::size_t wanted);

}  // namespace azlab::mlflow
