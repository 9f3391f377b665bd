#include "app/credentials_stamp.hpp"

#include <string>
#include <vector>

#include <sys/stat.h>

namespace app {

namespace {

constexpr std::uint64_t prime = 1'099'511'628'211U;

std::uint64_t add(std::uint64_t to, std::uint64_t number) {
  return (to ^ number) * prime;
}

/// Kubernetes replaces the files of a volume by turning a link: then it is another inode.
std::uint64_t add_file(std::uint64_t to, const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) return add(to, 0);
  to = add(to, static_cast<std::uint64_t>(found.st_ino));
  to = add(to, static_cast<std::uint64_t>(found.st_size));
  to = add(to, static_cast<std::uint64_t>(found.st_mtim.tv_sec));
  return add(to, static_cast<std::uint64_t>(found.st_mtim.tv_nsec));
}

std::vector<std::string> files_of(const teleport::connector_settings& settings) {
  if (!settings.identity_file.empty()) return {settings.identity_file};
  std::vector<std::string> files;
  if (settings.token.starts_with('/')) files.push_back(settings.token);
  if (settings.join_method == "kubernetes") files.push_back(settings.kubernetes_token_path);
  return files;
}

}  // namespace

std::function<std::uint64_t()> credentials_stamp(const teleport::connector_settings& of) {
  auto files = files_of(of);
  if (files.empty()) return {};
  return [files = std::move(files)] {
    std::uint64_t stamp = prime;
    for (const auto& file : files) stamp = add_file(stamp, file);
    return stamp;
  };
}

}  // namespace app
