// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/guide_source.hpp"

#include "base/json.hpp"
#include "commons/directory/search/needs.hpp"
#include "commons/guide/hsds.hpp"
#include "embedded/need_tree.hpp"

namespace daybreak::cli {
namespace {

using directory::search::Need;
using directory::search::NeedTree;

guide::HsdsReading reading_of(const GuideSource& source, const NeedTree& tree) {
  const bool spanish = source.language == language::Language::kSpanish;
  const auto label = [spanish](const Need& need) {
    return spanish ? need.label_spanish : need.label_english;
  };
  return {.language = source.language,
          .date = source.date,
          .site = source.site,
          .need = [&tree, label](std::string_view code) -> std::optional<guide::NeedLabel> {
            const Need* need = tree.find(code);
            if (!need) return std::nullopt;
            // The path ends at the root of the tree.
            const auto path = tree.path(code);
            const Need& root = path.empty() ? *need : tree.all()[path.back()];
            return guide::NeedLabel{label(root), label(*need)};
          }};
}

}  // namespace

Result<StoredServices> read_services(const GuideSource& source) {
  const NeedTree tree = TRY(NeedTree::parse(embedded::need_tree().find("needs.csv").value_or("")));
  const guide::HsdsReading reading = reading_of(source, tree);
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
