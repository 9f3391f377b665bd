#pragma once

/// A folder that holds exactly the files that were generated for it: writes them, or checks that
/// they are there. Other files with the same extension are strays; files with another extension
/// belong to people.

#include <filesystem>
#include <map>
#include <ostream>
#include <string>

namespace crdgen {

/// Content by file name.
using files = std::map<std::string, std::string>;

/// Whole content of a file. Throws std::runtime_error, naming it, when it can't be read.
std::string read_file(const std::filesystem::path& path);

/// Writes the files and removes strays. Throws std::runtime_error when one can't be written.
void write(const std::filesystem::path& folder, const files& all, const std::string& extension);

/// True when the folder holds them; else it names each file that is missing, stale or a stray.
bool check(const std::filesystem::path& folder, const files& all, const std::string& extension,
           std::ostream& out);

}  // namespace crdgen
