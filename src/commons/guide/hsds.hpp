// SPDX-License-Identifier: AGPL-3.0-or-later
// A service in HSDS 3.1 form, as it was published for the guide's audience -> an entry of the
// guide. As a second line of defence it refuses anything that still carries a visibility other than
// public: then the record did not pass through the directory's projection. Pure functions, any
// thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "commons/guide/edition.hpp"

namespace daybreak::directory::search {
class NeedTree;
}

namespace daybreak::guide {

struct HsdsReading {
  language::Language language = language::Language::kEnglish;
  Date date{};       // of the edition: what was last confirmed long before it is overdue
  std::string site;  // "https://guide.example.org": live entries are at <site>/services/<id>
  // The words for a code of the need tree; nothing when it is not known.
  std::function<std::optional<NeedLabel>(std::string_view code)> need;
  int days_valid = 180;
};

// A reading with the words of the need tree, which must outlive it.
HsdsReading reading_with(const directory::search::NeedTree& needs, language::Language language,
                         Date date, std::string site);

// Nothing when the service is not active. Fails with kDenied when the value was not projected, with
// kInvalid when it is no service.
Result<std::optional<GuideEntry>> entry_from_hsds(const Json& service, const HsdsReading& reading);

// HSDS schedules in words: "Monday to Friday, 9:00 a.m. to 5:00 p.m.; Saturday, …". Empty when they
// say nothing that can be put so.
std::string hours_in_words(const Json& schedules, language::Language language);

}  // namespace daybreak::guide
