#include "k8s/child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "k8s/files.hpp"

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace k8s {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t error_text_limit = 400;

std::string reason_of(int number) {
  return std::generic_category().message(number);
}

error failed(const child_command& command, const std::string& why) {
  return config_error("exec plugin " + command.program + ": " + why);
}

/// A descriptor that closes itself.
class owned_fd {
 public:
  explicit owned_fd(int fd = -1) : fd_(fd) {}
  ~owned_fd() { reset(); }
  owned_fd(const owned_fd&) = delete;
  owned_fd& operator=(const owned_fd&) = delete;
  void reset(int fd = -1) {
    if (fd_ >= 0) {
      ::close(fd_);
    }
    fd_ = fd;
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

struct pipe_ends {
  owned_fd read;
  owned_fd write;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      return false;
    }
    read.reset(ends[0]);
    write.reset(ends[1]);
    return true;
  }
};

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& extra) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto name = text.substr(0, text.find('='));
    const bool replaced =
        std::any_of(extra.begin(), extra.end(), [&](const auto& e) { return e.first == name; });
    if (!replaced) {
      all.push_back(text);
    }
  }
  for (const auto& [name, value] : extra) {
    all.push_back(name);
    all.back().append("=").append(value);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

/// What a child of a program with blocked signals needs: none blocked.
class spawn_attributes {
 public:
  spawn_attributes() {
    posix_spawnattr_init(&value_);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&value_, &none);
    posix_spawnattr_setflags(&value_, POSIX_SPAWN_SETSIGMASK);
  }
  ~spawn_attributes() { posix_spawnattr_destroy(&value_); }
  spawn_attributes(const spawn_attributes&) = delete;
  spawn_attributes& operator=(const spawn_attributes&) = delete;
  const posix_spawnattr_t* get() const noexcept { return &value_; }

 private:
  posix_spawnattr_t value_;
};

/// 0 or an errno.
int spawn(const child_command& command, int out, int err, pid_t& pid) {
  std::vector<std::string> args = command.args;
  args.insert(args.begin(), command.program);
  auto env = environment_with(command.env);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  const auto argv = pointers_to(args);
  const auto envp = pointers_to(env);
  const spawn_attributes attributes;
  const int code = ::posix_spawnp(&pid, command.program.c_str(), &actions, attributes.get(),
                                  argv.data(), envp.data());
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

/// Appends what is there, up to `limit`; what is beyond is read and dropped. False at the end.
bool drain(int fd, std::string& to, std::size_t limit, bool& overflow) {
  char buffer[4096];
  const auto count = ::read(fd, buffer, sizeof(buffer));
  if (count < 0) {
    return errno == EINTR || errno == EAGAIN;
  }
  const auto bytes = static_cast<std::size_t>(count);
  const auto room = limit - std::min(limit, to.size());
  overflow = overflow || bytes > room;
  to.append(buffer, std::min(bytes, room));
  return count > 0;
}

/// Reads both pipes until the child closes them; empty string, or why not.
std::string collect(const child_command& command, const child_stop& stop, int out, int err,
                    child_output& into) {
  const auto deadline = clock::now() + command.timeout;
  pollfd watched[3] = {{out, POLLIN, 0}, {err, POLLIN, 0}, {stop.descriptor(), POLLIN, 0}};
  bool too_much = false;
  bool ignored = false;
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    if (left.count() <= 0) {
      return "no answer within " + std::to_string(command.timeout.count() / 1000) + " s";
    }
    if (::poll(watched, 3, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return "poll: " + reason_of(errno);
    }
    if (watched[2].revents != 0) {
      return "stopped";
    }
    if (watched[0].revents != 0 && !drain(out, into.out, command.output_limit, too_much)) {
      watched[0].fd = -1;
    }
    if (watched[1].revents != 0 && !drain(err, into.err, error_text_limit, ignored)) {
      watched[1].fd = -1;
    }
    if (too_much) {
      return "its answer is too long";
    }
  }
  return {};
}

int wait_for_end(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

child_stop::child_stop() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

child_stop::~child_stop() {
  if (event_ >= 0) {
    ::close(event_);
  }
}

void child_stop::raise() const {
  ::eventfd_write(event_, 1);
}

result<child_output> run_child(const child_command& command, const child_stop& stop) {
  pipe_ends out;
  pipe_ends err;
  if (!out.open() || !err.open()) {
    return failed(command, "pipe: " + reason_of(errno));
  }
  pid_t pid = 0;
  if (const int code = spawn(command, out.write.get(), err.write.get(), pid); code != 0) {
    return failed(command, "can't be started: " + reason_of(code));
  }
  out.write.reset();
  err.write.reset();
  child_output output;
  const auto trouble = collect(command, stop, out.read.get(), err.read.get(), output);
  if (!trouble.empty()) {
    ::kill(pid, SIGKILL);
  }
  output.exit_code = wait_for_end(pid);
  if (!trouble.empty()) {
    return failed(command, trouble);
  }
  return output;
}

}  // namespace k8s
