// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/resources/model.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace daybreak::resources {
namespace {

using language::to_translate;

constexpr Code kKinds[] = {
    {"guide", to_translate("Guide or toolkit")},   {"training", to_translate("Training")},
    {"form", to_translate("Form or template")},    {"law", to_translate("Law and rules")},
    {"data", to_translate("Data and reports")},    {"service", to_translate("Help and hotlines")},
    {"campaign", to_translate("Campaign")},        {"funding", to_translate("Funding")},
    {"story", to_translate("In their own words")},
};
constexpr Code kUses[] = {
    {"site", to_translate("On this site")},
    {"mail", to_translate("In the news by mail")},
    {"print", to_translate("On paper")},
    {"embed", to_translate("On partners' pages")},
};

tl::unexpected<Error> wrong(std::string message, std::string field, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(field), std::move(cure));
}

bool one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Result<void> check_title(const Both& title) {
  if (trim(title.en).empty() || !one_line(title.en) || !one_line(title.es) ||
      title.en.size() > 200 || title.es.size() > 200)
    return wrong("the title is one line", "title_en", "Write 1 to 200 characters");
  return {};
}

}  // namespace

std::span<const Code> kinds() { return kKinds; }
std::span<const Code> uses() { return kUses; }
const Code* find_kind(std::string_view code) {
  const auto* found = std::ranges::find(kKinds, code, &Code::code);
  return found == std::end(kKinds) ? nullptr : found;
}

std::string_view code_of(LinkState state) {
  constexpr std::string_view kCodes[] = {"", "works", "moved", "broken"};
  return kCodes[static_cast<std::size_t>(state)];
}

bool Story::allows(std::string_view use, Date today) const {
  return !withdrawn_at && until >= today && std::ranges::find(uses, use) != uses.end();
}

Result<void> check(const Item& item) {
  if (find_kind(item.kind) == nullptr)
    return wrong("there is no such kind", "kind", "Choose one of the list");
  TRY(check_title(item.title));
  if (item.about.en.size() > 4000 || item.about.es.size() > 4000)
    return wrong("is too long", "about_en", "Write at most 4,000 characters");
  const bool web = item.address.starts_with("https://") || item.address.starts_with("http://");
  if (item.address.size() > 500 || (!item.address.empty() && !web) || !one_line(item.address))
    return wrong("is no web address", "address", "Give it whole, such as https://example.org");
  if (item.address.empty() && !item.is_story())
    return wrong("an item needs an address", "address", "Say where it is");
  if (item.opens && item.closes && *item.closes < *item.opens)
    return wrong("closes before it opens", "closes", "Swap the dates");
  return {};
}

Result<void> check(const Story& story, Date today) {
  if (trim(story.words.en).empty() || story.words.en.size() > 8000 || story.words.es.size() > 8000)
    return wrong("a story has words", "words_en", "Write at most 8,000 characters");
  if (story.uses.empty()) return wrong("it is allowed nowhere", "uses", "Choose what she allowed");
  for (const std::string& use : story.uses)
    if (std::ranges::find(kUses, use, &Code::code) == std::end(kUses))
      return wrong("there is no such use", "uses", "Choose from the list");
  if (story.until < today || std::chrono::sys_days(story.until) >
                                 std::chrono::sys_days(today) + std::chrono::days(5 * 366))
    return wrong("the consent is for a while", "until", "Give a day within five years");
  if (trim(story.form).empty() || story.form.size() > 200)
    return wrong("a consent is on paper", "form", "Say where the signed form lies");
  return {};
}

Result<void> check(const Collection& collection) {
  TRY(check_title(collection.title));
  for (const Both* text : {&collection.about, &collection.copy})
    if (text->en.size() > 8000 || text->es.size() > 8000)
      return wrong("is too long", "copy_en", "Write at most 8,000 characters");
  if (collection.campaign && (!collection.starts || !collection.ends))
    return wrong("a campaign has days", "starts", "Give the first and the last day");
  if (collection.starts && collection.ends && *collection.ends < *collection.starts)
    return wrong("ends before it starts", "ends", "Swap the dates");
  return {};
}

}  // namespace daybreak::resources
