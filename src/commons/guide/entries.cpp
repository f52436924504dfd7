// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/guide/entries.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "language/format.hpp"

namespace daybreak::guide {
namespace {

using doc::Block;
using doc::Blocks;
using doc::Group;
using doc::Heading;
using doc::Inline;
using doc::Inlines;
using doc::Paragraph;
using language::Words;

class EntryComposer {
 public:
  EntryComposer(const GuideEdition& edition, const GuideForm& form)
      : edition_(edition), form_(form), t(edition.language) {}

  Block compose(const GuideEntry& entry) const {
    Group group{.frame = Group::Frame::kRuleAbove, .anchor = "entry-" + entry.id.to_string()};
    add_marks(group, entry);
    group.blocks.push_back(
        {Heading{.level = 4, .content = {said(entry, entry.name)}, .in_contents = false}});
    if (!entry.organization.empty() && entry.organization != entry.name) {
      Inline organization = said(entry, entry.organization);
      organization.italic = true;
      group.blocks.push_back(doc::paragraph({organization}));
    }
    add_phones(group, entry);
    if (!entry.description.empty())
      group.blocks.push_back(doc::paragraph({said(entry, entry.description)}));
    add_facts(group, entry);
    add_verification(group, entry);
    if (form_.qr_codes && !entry.live_address.empty()) {
      group.side =
          doc::Figure{.picture = doc::QrPicture{entry.live_address},
                      .alternative = t("Code that opens the live entry of {0}", {entry.name}),
                      .width = form_.print == doc::Print::kLarge ? 80.0 : 50.0};
    }
    return {std::move(group)};
  }

 private:
  static std::string words(std::string_view sentence) { return std::string(sentence); }

  // The service's own words, marked with their language where it is not the guide's.
  Inline said(const GuideEntry& entry, const std::string& text) const {
    const bool foreign =
        !entry.text_language.empty() && entry.text_language != language::code_of(edition_.language);
    return foreign ? doc::in_language(entry.text_language, text) : doc::text(text);
  }

  void add_marks(Group& group, const GuideEntry& entry) const {
    for (const NeedLabel& need : entry.needs) {
      const bool same = need.group.empty() || need.group == need.label;
      group.marks.push_back(
          {"need", same ? need.label : need.group + ": " + need.label, entry.name});
    }
    if (entry.counties.empty()) {
      const std::string everywhere = entry.level == Level::kNational
                                         ? words(t("Everywhere in the country"))
                                         : words(t("Every county of the state"));
      group.marks.push_back({"county", everywhere, entry.name});
    }
    for (const std::string& county : entry.counties)
      group.marks.push_back({"county", county, entry.name});
    for (const std::string& name : entry.languages)
      group.marks.push_back({"language", name, entry.name});
    if (entry.open_24_hours) {
      group.marks.push_back({"hours", words(t("Open day and night")), entry.name});
    }
  }

  void add_phones(Group& group, const GuideEntry& entry) const {
    Inlines line;
    for (const Phone& phone : entry.phones) {
      if (!line.empty()) line.push_back(doc::line_break());
      for (Inline& part : phone_words(phone.number)) line.push_back(std::move(part));
      if (!phone.label.empty()) line.push_back(doc::text("  " + phone.label));
    }
    if (!line.empty()) group.blocks.push_back(doc::paragraph(std::move(line)));
  }

  void add_facts(Group& group, const GuideEntry& entry) const {
    Inlines facts;
    const auto fact = [&](std::string_view label, Inlines content) {
      if (!facts.empty()) facts.push_back(doc::line_break());
      facts.push_back(doc::bold(words(label) + " "));
      for (Inline& part : content) facts.push_back(std::move(part));
    };
    const auto own_words = [&](std::string_view label, const std::string& text) {
      if (!text.empty()) fact(label, {said(entry, text)});
    };
    own_words(t("For:"), entry.eligibility);
    own_words(t("Not for:"), entry.not_for);
    own_words(t("How to start:"), entry.how_to_start);
    add_place(fact, entry);
    if (entry.open_24_hours) {
      fact(t("Hours:"), {doc::text(words(t("day and night, every day")))});
    } else {
      own_words(t("Hours:"), entry.hours);
    }
    if (!entry.counties.empty()) fact(t("Counties:"), {doc::text(join(entry.counties, ", "))});
    if (!entry.languages.empty()) fact(t("Languages:"), {doc::text(join(entry.languages, ", "))});
    own_words(t("Cost:"), entry.cost);
    Inlines online;
    if (!entry.website.empty()) online.push_back(doc::link(shown(entry.website), entry.website));
    if (!online.empty() && !entry.email.empty()) online.push_back(doc::text(" · "));
    if (!entry.email.empty()) online.push_back(doc::link(entry.email, "mailto:" + entry.email));
    if (!online.empty()) fact(t("Online:"), std::move(online));
    if (!facts.empty()) group.blocks.push_back(doc::paragraph(std::move(facts)));
  }

  template <typename Fact>
  void add_place(const Fact& fact, const GuideEntry& entry) const {
    if (entry.place == PlaceKind::kConfidential) {
      const std::string call = words(t("confidential; call to learn how to get there"));
      fact(t("Where:"),
           {doc::text(entry.address.empty() ? call : entry.address + " (" + call + ")")});
    } else if (entry.place == PlaceKind::kAddress && !entry.address.empty()) {
      fact(t("Where:"), {doc::text(entry.address)});
    }
  }

  void add_verification(Group& group, const GuideEntry& entry) const {
    std::string line;
    if (!entry.verified_on) {
      line = words(t("Not verified yet. Call first."));
    } else {
      const std::string day = language::format_date(edition_.language, *entry.verified_on);
      line = entry.overdue ? t("Last verified on {0}, which is long ago. Call first.", {day})
                           : t("Verified on {0}.", {day});
    }
    Inline words_of_line = doc::text(line);
    words_of_line.italic = entry.overdue || !entry.verified_on;
    group.blocks.push_back(doc::paragraph({words_of_line}, Paragraph::Style::kSmall));
  }

  static std::string shown(std::string_view address) {
    for (std::string_view scheme : {"https://", "http://"}) {
      if (address.starts_with(scheme)) address.remove_prefix(scheme.size());
    }
    if (address.ends_with('/')) address.remove_suffix(1);
    return std::string(address);
  }

  const GuideEdition& edition_;
  const GuideForm& form_;
  const Words t;
};

struct LevelWords {
  Level level;
  language::MessageId title;
  language::MessageId about;
  const char* anchor;
};

constexpr LevelWords kLevels[] = {
    {Level::kLocal, language::to_translate("Local services"),
     language::to_translate("For one county or a part of it."), "local"},
    {Level::kRegional, language::to_translate("Regional services"),
     language::to_translate("For several counties."), "regional"},
    {Level::kStatewide, language::to_translate("Statewide services"),
     language::to_translate("For everyone in the state."), "statewide"},
    {Level::kNational, language::to_translate("National services"),
     language::to_translate("For everyone in the country, mostly by telephone or online."),
     "national"}};

bool is_narrow(const GuideForm& form) {
  return form.print == doc::Print::kLarge ||
         (form.paper != doc::Paper::kLetter && form.paper != doc::Paper::kA4);
}

std::string need_group(const Words& t, const GuideEntry& entry) {
  if (entry.needs.empty()) return std::string(t("Other help"));
  const NeedLabel& need = entry.needs.front();
  return need.group.empty() ? need.label : need.group;
}

}  // namespace

doc::Inlines phone_words(const std::string& number) {
  Inline words = doc::bold(language::format_phone(number));
  std::string digits;
  for (const char c : number) {
    if ((c >= '0' && c <= '9') || (c == '+' && digits.empty())) digits += c;
  }
  if (digits.size() >= 3) words.link = "tel:" + digits;
  return {words};
}

std::string field_words(const Words& t, const std::string& field) {
  static const std::map<std::string, language::MessageId> kNames = {
      {"name", language::to_translate("name")},
      {"organization", language::to_translate("organization")},
      {"description", language::to_translate("description")},
      {"needs", language::to_translate("what it helps with")},
      {"phones", language::to_translate("telephone")},
      {"email", language::to_translate("e-mail")},
      {"website", language::to_translate("website")},
      {"place", language::to_translate("address")},
      {"address", language::to_translate("address")},
      {"counties", language::to_translate("counties")},
      {"languages", language::to_translate("languages")},
      {"hours", language::to_translate("hours")},
      {"open_24_hours", language::to_translate("hours")},
      {"eligibility", language::to_translate("whom it is for")},
      {"not_for", language::to_translate("whom it is for")},
      {"how_to_start", language::to_translate("how to start")},
      {"cost", language::to_translate("cost")}};
  const auto found = kNames.find(field);
  return std::string(found == kNames.end() ? t("other details") : t(found->second));
}

void add_entries(Blocks& blocks, const GuideEdition& edition, const GuideForm& form) {
  const Words t(edition.language);
  const EntryComposer composer(edition, form);
  for (const LevelWords& level : kLevels) {
    // By need, then by name, in the order that a person would look.
    std::map<std::string, std::pair<std::string, std::vector<const GuideEntry*>>> groups;
    for (const GuideEntry& entry : edition.entries) {
      if (entry.level != level.level) continue;
      const std::string group = need_group(t, entry);
      auto& [title, entries] = groups[search_key(group)];
      title = group;
      entries.push_back(&entry);
    }
    if (groups.empty()) continue;
    // A thin guide would be mostly white paper.
    if (edition.entries.size() > 20) blocks.push_back({doc::PageBreak{}});
    blocks.push_back(doc::heading(2, std::string(t(level.title)), level.anchor));
    blocks.push_back(doc::paragraph(std::string(t(level.about))));
    for (auto& [key, group] : groups) {
      auto& [title, entries] = group;
      std::stable_sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) {
        return search_key(a->name) < search_key(b->name);
      });
      blocks.push_back(doc::heading(3, title));
      Blocks composed;
      for (const GuideEntry* entry : entries) composed.push_back(composer.compose(*entry));
      if (is_narrow(form)) {
        std::move(composed.begin(), composed.end(), std::back_inserter(blocks));
      } else {
        blocks.push_back({doc::Columns{.count = 2, .gap = 22, .blocks = std::move(composed)}});
      }
    }
  }
}

void add_indexes(Blocks& blocks, const GuideEdition& edition, const GuideForm& form) {
  const Words t(edition.language);
  const bool any_hours = std::any_of(edition.entries.begin(), edition.entries.end(),
                                     [](const GuideEntry& entry) { return entry.open_24_hours; });
  const std::pair<const char*, std::string_view> indexes[] = {{"need", t("Index by need")},
                                                              {"county", t("Index by county")},
                                                              {"language", t("Index by language")},
                                                              {"hours", t("Open day and night")}};
  bool first = true;
  for (const auto& [name, title] : indexes) {
    if (edition.entries.empty() || (std::string_view(name) == "hours" && !any_hours)) continue;
    if (first) blocks.push_back({doc::PageBreak{}});
    first = false;
    blocks.push_back(doc::heading(2, std::string(title), std::string("index-") + name));
    if (is_narrow(form)) {
      blocks.push_back({doc::Index{name}});
    } else {
      blocks.push_back({doc::Columns{.count = 2, .gap = 22, .blocks = {{doc::Index{name}}}}});
    }
  }
}

}  // namespace daybreak::guide
