/// Kubeconfig files (YAML). Input: the file.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "k8s/kubeconfig.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

/// One file for each process, in memory where the system has such a folder; removed at the end.
class scratch_file {
 public:
  scratch_file() : path_(folder() / ("kubeconfig-fuzz-" + std::to_string(::getpid()))) {}
  ~scratch_file() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;

  std::string write(const std::uint8_t* data, std::size_t size) const {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    return path_.string();
  }

 private:
  static std::filesystem::path folder() {
    const std::filesystem::path memory = "/dev/shm";
    return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
  }

  std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const scratch_file file;
  const auto loaded = k8s::load_kubeconfig({file.write(data, size)}, false);
  if (!loaded.ok())
    fuzz::expect(!loaded.failure().message.empty(), "a file that is refused is told why");
  return 0;
}
