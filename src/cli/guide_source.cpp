// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/guide_source.hpp"

#include "base/json.hpp"
#include "commons/directory/search/needs.hpp"
#include "commons/guide/hsds.hpp"
#include "embedded/need_tree.hpp"

namespace daybreak::cli {
Result<StoredServices> read_services(const GuideSource& source) {
  const auto tree =
      TRY(directory::search::NeedTree::parse(embedded::need_tree().find("needs.csv").value_or("")));
  const guide::HsdsReading reading =
      guide::reading_with(tree, source.language, source.date, source.site);
  if (!source.database.empty()) return read_store(source.database, source.audience, reading);
  if (source.file.empty()) {
    return fail(ErrorKind::kInvalid, "nothing to make a guide of", "--data, --from or --snapshot",
                "Name the data directory, an HSDS export made for the guide's audience, or a kept "
                "edition.");
  }
  JsonStream stream = TRY(JsonStream::open(TRY(open_file(source.file))));
  StoredServices read;
  while (true) {
    const std::optional<Json> service = TRY(stream.next());
    if (!service) return read;
    auto entry = guide::entry_from_hsds(*service, reading);
    if (!entry) {
      Error error = entry.error();
      error.place = stream.place() + ": " + error.place;
      return tl::make_unexpected(std::move(error));
    }
    if (*entry) read.entries.push_back(std::move(**entry));
  }
}

}  // namespace daybreak::cli
