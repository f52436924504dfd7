// SPDX-License-Identifier: AGPL-3.0-or-later
// For proofs and tests of the wall only: the bytes of files and folders. Pure functions.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

namespace daybreak::prove {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Makes the folder when it is not there.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// Every file below, by its name relative to the folder.
inline std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.is_regular_file())
      files[std::filesystem::relative(file.path(), folder).generic_string()] =
          read_file(file.path());
  return files;
}

}  // namespace daybreak::prove
