#include "app/doctor/asking.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

namespace app::doctor {

namespace {

/// Shared with the callbacks, which may come after nobody waits any more.
struct answer_sheet {
  std::mutex mutex;
  std::condition_variable complete;
  std::vector<k8s::result<std::string>> answers;
  std::size_t open = 0;
};

k8s::error late(const k8s::http_request& question) {
  k8s::error why;
  why.message = question.subject + ": no answer in time";
  return why;
}

}  // namespace

std::vector<k8s::result<std::string>> ask_all(k8s::raw_client& client,
                                              std::vector<k8s::http_request> questions,
                                              std::chrono::steady_clock::time_point deadline) {
  const auto sheet = std::make_shared<answer_sheet>();
  for (const auto& question : questions) sheet->answers.emplace_back(late(question));
  sheet->open = questions.size();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    client.ask(std::move(questions[i]), [sheet, i](k8s::result<std::string> answer) {
      const std::lock_guard guard(sheet->mutex);
      sheet->answers[i] = std::move(answer);
      if (--sheet->open == 0) sheet->complete.notify_all();
    });
  }
  std::unique_lock lock(sheet->mutex);
  sheet->complete.wait_until(lock, deadline, [&] { return sheet->open == 0; });
  return sheet->answers;
}

}  // namespace app::doctor
