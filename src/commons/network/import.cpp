// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/network/import.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/table.hpp"
#include "base/text.hpp"

namespace daybreak::network {
namespace {

constexpr std::string_view kPlace = "@place", kProblem = "@problem";
constexpr std::array<std::string_view, 13> kColumns{
    "name",    "state", "model", "area",         "disciplines",   "languages",    "line",
    "website", "about", "ends",  "contact_role", "contact_phone", "contact_email"};

// How people head such columns, without spaces and in small letters.
constexpr std::pair<std::string_view, std::string_view> kUsualNames[] = {
    {"name", "name,taskforce,taskforcename"},
    {"state", "state,homestate,stateorterritory"},
    {"model", "model,type"},
    {"area", "area,counties,county,servicearea"},
    {"disciplines", "disciplines,whotakespart"},
    {"languages", "languages,language"},
    {"line", "line,hotline,24hourline,referralline"},
    {"website", "website,web,url"},
    {"about", "about,description,notes"},
    {"ends", "ends,enddate,until"},
    {"contact_role", "contactrole,role"},
    {"contact_phone", "contactphone,phone,telephone"},
    {"contact_email", "contactemail,email,e-mail"},
};

std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> words;
  const std::string commas = replace_all(text, ";", ",");
  for (std::string_view word : split(commas, ','))
    if (!trim(word).empty()) words.push_back(to_lower_ascii(trim(word)));
  return words;
}

// "COUNTY OF WESTCHESTER" is written as people write it.
std::string title_case(std::string_view text) {
  std::string out = to_lower_ascii(text);
  bool start = true;
  for (char& c : out) {
    if (start && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    start = c == ' ' || c == '-' || c == '(' || c == '.';
  }
  return out;
}

class Import {
 public:
  Import(Network& network, const trust::Actor& actor, const ImportOptions& options)
      : network_(network), actor_(actor), options_(options) {}

  Result<ImportReport> run(std::unique_ptr<ByteSource> source) {
    const ImportKind kind = options_.kind;
    CsvReader reader = TRY(CsvReader::open(std::move(source)));
    reader_ = &reader;
    const bool plain = kind == ImportKind::kSpreadsheet;
    TRY(reader.require_column(plain ? column_of("name") : "Recipient Name"));
    TRY(reader.require_column(plain ? column_of("state") : "Description"));
    for (TaskForce& one : TRY(network_.all())) known_.emplace(key_of(one), std::move(one));
    while (const CsvRow* row = TRY(reader.next())) {
      row_ = row;
      if (!row->ok())
        tell(Outcome::kRejected, row->problem());
      else if (!raw(kProblem).empty())
        tell(Outcome::kRejected, std::string(raw(kProblem)));
      else if (kind == ImportKind::kSpreadsheet)
        TRY(take(read_row(), /*joins=*/false));
      else
        TRY(take_award());
    }
    return std::move(report_);
  }

 private:
  using Key = std::pair<std::string, std::string>;
  static Key key_of(const TaskForce& one) { return {to_lower_ascii(one.name), one.home}; }

  std::string_view column_of(std::string_view field) const {
    const auto found = options_.mapping.find(std::string(field));
    return found == options_.mapping.end() ? field : std::string_view(found->second);
  }
  std::string_view raw(std::string_view name) const {
    const auto column = reader_->column(name);
    return column ? trim((*row_)[*column]) : std::string_view();
  }
  std::string_view field(std::string_view name) const { return raw(column_of(name)); }
  void tell(Outcome outcome, std::string words) {
    ++report_.counts[static_cast<std::size_t>(outcome)];
    const std::string_view place = raw(kPlace);
    report_.rows.push_back(
        {place.empty() ? row_->place() : std::string(place), outcome, std::move(words)});
  }

  Result<TaskForce> read_row() const {
    const Region* home = find_region(field("state"));
    TaskForce one{.name = std::string(field("name")),
                  .home = home == nullptr ? std::string(field("state")) : std::string(home->code),
                  .model = field("model").empty() ? "unknown" : to_lower_ascii(field("model")),
                  .disciplines = list_of(field("disciplines")),
                  .languages = list_of(field("languages")),
                  .line = std::string(field("line")),
                  .website = std::string(field("website")),
                  .about = std::string(field("about")),
                  .source = "import",
                  .ends = {},
                  .area = TRY(parse_area(field("area"))),
                  .contacts = {}};
    if (!field("ends").empty()) one.ends = TRY(parse_date(field("ends")));
    if (!field("contact_role").empty())
      one.contacts.push_back({std::string(field("contact_role")),
                              std::string(field("contact_phone")),
                              std::string(field("contact_email"))});
    TRY(check(one));
    return one;
  }

  // Saves what differs from what is known; a person's own words are never emptied by a file.
  Result<void> take(Result<TaskForce> read, bool joins) {
    if (!read) {
      tell(Outcome::kRejected, read.error().describe());
      return {};
    }
    TaskForce one = std::move(*read);
    const auto found = known_.find(key_of(one));
    if (found != known_.end()) {
      const TaskForce& before = found->second;
      one.id = before.id;
      one.version = before.version;
      keep(one.area, before.area);
      keep(one.contacts, before.contacts);
      keep(one.disciplines, before.disciplines);
      keep(one.languages, before.languages);
      keep(one.line, before.line);
      keep(one.website, before.website);
      keep(one.about, before.about);
      if (!one.ends || (before.ends && *before.ends > *one.ends)) one.ends = before.ends;
      if (one.model == "unknown") one.model = before.model;
      one.source = before.source;
      if (same(one, before)) {
        tell(joins && seen_.contains(key_of(one)) ? Outcome::kJoined : Outcome::kUnchanged,
             one.name);
        return {};
      }
    }
    const auto saved = options_.only_look ? would_save(one) : network_.save(actor_, one);
    if (!saved &&
        (saved.error().kind == ErrorKind::kInvalid || saved.error().kind == ErrorKind::kConflict)) {
      tell(Outcome::kRejected, saved.error().describe());
      return {};
    }
    const TaskForce kept = TRY(Result<TaskForce>(saved));
    const bool again = joins && seen_.contains(key_of(one));
    tell(found == known_.end() ? Outcome::kAdded
         : again               ? Outcome::kJoined
                               : Outcome::kChanged,
         one.name);
    seen_.insert(key_of(kept));
    known_.insert_or_assign(key_of(kept), kept);
    return {};
  }
  static Result<TaskForce> would_save(const TaskForce& one) {
    TRY(check(one));
    return one;
  }
  template <typename T>
  static void keep(T& now, const T& before) {
    if (now.empty()) now = before;
  }
  static bool same(const TaskForce& a, const TaskForce& b) {
    const auto contacts = [](const TaskForce& one) {
      std::string text;
      for (const Contact& contact : one.contacts)
        text += contact.role + "\n" + contact.phone + "\n" + contact.email + "\n";
      return text;
    };
    return a.name == b.name && a.model == b.model && a.area == b.area && a.ends == b.ends &&
           a.disciplines == b.disciplines && a.languages == b.languages && a.line == b.line &&
           a.website == b.website && a.about == b.about && contacts(a) == contacts(b);
  }

  Result<void> take_award() {
    const std::string words = to_lower_ascii(field("Description"));
    const auto says = [&](std::string_view what) { return words.find(what) != std::string::npos; };
    const bool speaks = says("task force") || says("taskforce") || says(" ecm");
    // Those who train and assist task forces are not one.
    const bool assists = says("technical assistance") || says("mentor");
    if (!speaks || assists) {
      tell(Outcome::kOther, std::string(field("Recipient Name")));
      return {};
    }
    const Region* home = find_region(field("Place of Performance State Code"));
    if (home == nullptr) {
      tell(Outcome::kRejected, "the state of the place of performance is not known");
      return {};
    }
    TaskForce one{
        .name = title_case(field("Recipient Name")),
        .home = std::string(home->code),
        .model = says("ecm") || says("enhanced collaborative") ? "enhanced_collaborative"
                                                               : "multidisciplinary",
        .disciplines = {},
        .languages = {},
        .line = {},
        .website = {},
        .about = "Award: " + std::string(field("Description")),
        .source = "usaspending",
        .ends = {},
        .area = area_in(home->code, words + " " + to_lower_ascii(field("Recipient Name"))),
        .contacts = {}};
    if (const auto ends = parse_date(field("End Date"))) one.ends = *ends;
    if (const auto found = known_.find(key_of(one));
        found != known_.end() && found->second.about.size())
      one.about = found->second.about;
    return take(std::move(one), /*joins=*/true);
  }

  // Counties of that state which the text names as such: "westchester county", "county of lake".
  static std::vector<CountyFips> area_in(std::string_view state, const std::string& words) {
    std::vector<CountyFips> area;
    for (const Place& place : places_of(state)) {
      const std::string name = to_lower_ascii(place.name);
      std::string_view bare(name);
      if (bare.ends_with(" county")) bare.remove_suffix(7);
      const std::string turned = "county of " + std::string(bare);
      const std::size_t at = words.find(name), turned_at = words.find(turned);
      // "north county" is not "orth county".
      const bool whole = at != std::string::npos && (at == 0 || words[at - 1] == ' ');
      const bool ends =
          turned_at != std::string::npos &&
          (turned_at + turned.size() == words.size() || words[turned_at + turned.size()] == ' ');
      if (whole || ends) area.push_back(place.fips);
    }
    return area;
  }

  Network& network_;
  const trust::Actor& actor_;
  const ImportOptions& options_;
  CsvReader* reader_ = nullptr;
  const CsvRow* row_ = nullptr;
  std::map<Key, TaskForce> known_;
  std::set<Key> seen_;
  ImportReport report_;
};

}  // namespace

std::string_view code_of(Outcome outcome) {
  constexpr std::array<std::string_view, kOutcomes> codes{"added",  "changed", "unchanged",
                                                          "joined", "other",   "rejected"};
  return codes[static_cast<std::size_t>(outcome)];
}

std::span<const std::string_view> import_fields() { return kColumns; }

Result<std::string> to_plain_table(const std::filesystem::path& path) {
  const auto reader = TRY(TableReader::open(path));
  std::string text;
  CsvWriter csv(text);
  csv.field(kPlace);
  csv.field(kProblem);
  for (const std::string& column : reader->header()) csv.field(column);
  csv.end_row();
  while (const TableRow* row = TRY(reader->next())) {
    csv.field(reader->place(*row));
    csv.field(row->problem);
    for (std::size_t i = 0; i < reader->header().size(); ++i) csv.field((*row)[i]);
    csv.end_row();
  }
  return text;
}

Result<PlainTable> look_at(const std::string& plain_table) {
  const CsvReader reader = TRY(CsvReader::open(open_memory(plain_table, "table")));
  PlainTable table;
  const auto bare = [](std::string_view text) {
    return replace_all(replace_all(to_lower_ascii(trim(text)), "_", ""), " ", "");
  };
  for (const std::string& column : reader.header()) {
    if (column == kPlace || column == kProblem) continue;
    table.columns.push_back(column);
    for (const auto& [field, words] : kUsualNames)
      for (const std::string_view word : split(words, ','))
        if (bare(column) == word && !table.mapping.contains(std::string(field)))
          table.mapping.emplace(field, column);
  }
  table.is_usaspending = reader.column("Recipient Name") && reader.column("Description");
  return table;
}

Result<ImportReport> import_table(Network& network, const trust::Actor& actor,
                                  std::unique_ptr<ByteSource> source,
                                  const ImportOptions& options) {
  return Import(network, actor, options).run(std::move(source));
}

std::string export_csv(const std::vector<TaskForce>& all) {
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  for (const std::string_view column : kColumns) csv.field(column);
  csv.end_row();
  for (const TaskForce& one : all) {
    const Contact first = one.contacts.empty() ? Contact{} : one.contacts.front();
    const std::string area = write_area(one.area), disciplines = join(one.disciplines, ";"),
                      languages = join(one.languages, ";"),
                      ends = one.ends ? format_date(*one.ends) : std::string();
    csv.row({one.name, one.home, one.model, area, disciplines, languages, one.line, one.website,
             one.about, ends, first.role, first.phone, first.email});
  }
  return text;
}

}  // namespace daybreak::network
