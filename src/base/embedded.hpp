// SPDX-License-Identifier: AGPL-3.0-or-later
// Files that were put into the program when it was built (cmake/embed.cmake). Read-only, safe to
// use from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak {

struct EmbeddedFile {
  std::string name;  // relative to its folder, with '/'
  std::string_view content;
};

class EmbeddedFolder {
 public:
  explicit EmbeddedFolder(std::vector<EmbeddedFile> files) : files_(std::move(files)) {}
  // Sorted by name.
  const std::vector<EmbeddedFile>& files() const { return files_; }
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  std::vector<EmbeddedFile> files_;
};

}  // namespace daybreak
