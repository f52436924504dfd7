// SPDX-License-Identifier: AGPL-3.0-or-later
// Where `daybreak directory guide` gets its services. Everything read here was published for an
// audience before; see commons/guide/hsds.hpp for the second line of defence. One thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/guide_store.hpp"
#include "commons/guide/edition.hpp"

namespace daybreak::cli {

struct GuideSource {
  std::string file;      // an HSDS export for the audience, or
  std::string database;  // the address of the directory's store
  std::string audience;
  language::Language language = language::Language::kEnglish;
  Date date{};
  std::string site;
};

// Fails with the place of the first value that is no service or was not projected.
Result<StoredServices> read_services(const GuideSource& source);

}  // namespace daybreak::cli
