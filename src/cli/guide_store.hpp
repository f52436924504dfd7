// SPDX-License-Identifier: AGPL-3.0-or-later
// Entries of a guide from the directory's own store, projected for an audience, and with them the
// texts that this audience must not see, so that the finished guide can be searched for them. One
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commons/guide/hsds.hpp"

namespace daybreak::cli {

struct StoredServices {
  std::vector<guide::GuideEntry> entries;
  std::vector<std::string> hidden;  // addresses and numbers that must stand nowhere in the guide
};

Result<StoredServices> read_store(const std::string& url, std::string_view audience,
                                  const guide::HsdsReading& reading);

}  // namespace daybreak::cli
