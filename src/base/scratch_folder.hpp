// SPDX-License-Identifier: AGPL-3.0-or-later
// A folder of its own that is deleted with what is in it. For tests, proofs and work that keeps
// nothing. One object belongs to one thread at a time.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace daybreak {

class ScratchFolder {
 public:
  // Below the system's temporary folder unless another is given; throws std::runtime_error.
  explicit ScratchFolder(
      const std::filesystem::path& below = std::filesystem::temp_directory_path()) {
    std::string pattern = (below / "daybreak-scratch-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("cannot make a folder in " + below.string());
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// In memory where there is such a place, for what is not about the disk.
inline std::filesystem::path memory_place() {
  std::error_code error;
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory, error) ? memory
                                                      : std::filesystem::temp_directory_path();
}

}  // namespace daybreak
