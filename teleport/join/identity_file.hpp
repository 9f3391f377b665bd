#pragma once

/// An identity from a file, as `tbot` and `tctl auth sign` write it (facts/teleport-connection.md
/// §9).

#include <filesystem>
#include <optional>
#include <string>

#include "teleport/join/identity.hpp"

namespace teleport::join {

/// Takes the content: the first PEM block is the private key, the second the certificate, all
/// others are CAs; SSH lines and anything else are skipped. errc::config says what is missing.
result<identity> parse_identity(const std::string& content, wall_time now);

/// Reads the file anew when its modification time has changed. When the new content can't be used,
/// the old identity stays in use until it expires. One thread at a time.
class identity_file {
 public:
  explicit identity_file(std::string path) : path_(std::move(path)) {}

  /// errc::config with the path when there is no usable identity.
  result<identity> load(wall_time now);

 private:
  result<identity> read(wall_time now) const;

  std::string path_;
  std::filesystem::file_time_type read_at_{};
  std::optional<identity> last_;
};

}  // namespace teleport::join
