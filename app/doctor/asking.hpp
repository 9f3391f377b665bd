#pragma once

/// Several questions to the API server at once, and the wait for all answers.

#include <chrono>
#include <string>
#include <vector>

#include "k8s/raw_client.hpp"

namespace app::doctor {

/// The answers in the order of the questions; those that have not come by `deadline` are errors.
/// Not on the client's own thread.
std::vector<k8s::result<std::string>> ask_all(k8s::raw_client& client,
                                              std::vector<k8s::http_request> questions,
                                              std::chrono::steady_clock::time_point deadline);

}  // namespace app::doctor
