// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the library from its files (data/library/README.md says how they are written): from a
// folder, or those that were put into the program. Strict about form: an unknown key is an error.
// What the words say is checked by check.hpp. Safe to call from any thread.
#pragma once

#include <filesystem>

#include "base/embedded.hpp"
#include "base/result.hpp"
#include "commons/library/model.hpp"

namespace daybreak::library {

// Fails with kInvalid, naming file, line and entry, when a file is not as the README says.
Result<Library> read_library(const EmbeddedFolder& folder);
Result<Library> read_library(const std::filesystem::path& folder);

// The library in this program, read once. Throws when it cannot be read: a test holds it to that.
const Library& built_in_library();

// A telephone number that anyone may be told to call: "911" and the rows of data/hotlines.
struct Hotline {
  std::string code, call, text_to, text_word;
};
const std::vector<Hotline>& hotlines();
const Hotline* hotline(std::string_view code);

}  // namespace daybreak::library
