#include "k8s/files.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace k8s {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

error unreadable(const std::string& path, const std::string& purpose, const std::string& why) {
  return config_error(purpose + ": can't read " + path + ": " + why);
}

}  // namespace

error config_error(std::string message) {
  return {.code = errc::config, .message = std::move(message)};
}

result<std::string> read_file(const std::string& path, const std::string& purpose) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return unreadable(path, purpose, std::generic_category().message(errno));
  }
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = ::read(file, buffer, sizeof(buffer))) > 0 && text.size() <= largest_file) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  const int number = errno;
  ::close(file);
  if (count < 0) {
    return unreadable(path, purpose, std::generic_category().message(number));
  }
  if (text.size() > largest_file) {
    return unreadable(path, purpose, "it is larger than 1 MiB");
  }
  return text;
}

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace k8s
