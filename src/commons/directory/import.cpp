// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/import.hpp"

#include <algorithm>
#include <future>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/csv.hpp"
#include "base/table.hpp"
#include "base/text.hpp"
#include "commons/directory/mapping_values.hpp"
#include "commons/directory/tables.hpp"

namespace daybreak::directory {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBatch = 4000;  // records of one transaction

// A folder for the members of an archive, removed at the end.
class Unpacked {
 public:
  ~Unpacked() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Result<std::vector<fs::path>> unpack(const Archive& archive) {
    std::string pattern = (fs::temp_directory_path() / "daybreak-import-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      return fail(ErrorKind::kUnavailable, "cannot make a temporary folder", pattern);
    path_ = pattern;
    std::vector<fs::path> files;
    for (const Archive::Member& member : archive.members()) {
      const fs::path target = path_ / fs::path(member.name).filename();
      if (!target.has_filename() || target.filename().string().starts_with('.')) continue;
      const auto source = TRY(archive.member(member.name, {.max_bytes = std::uint64_t{2} << 30}));
      TRY(write_file(target, TRY(read_all(*source, std::size_t{2} << 30))));
      files.push_back(target);
    }
    return files;
  }

 private:
  fs::path path_;
};

bool is_wanted(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::string extension = to_lower_ascii(path.extension().string());
  if (name.starts_with('.') || name == "datapackage.json") return false;
  return extension == ".csv" || extension == ".tsv" || extension == ".json" ||
         extension == ".ndjson" || extension == ".jsonl" || extension == ".xlsx" ||
         extension == ".gz" || extension == ".zst";
}

Result<std::vector<fs::path>> files_of(const fs::path& path, Unpacked& unpacked) {
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::directory_iterator(path))
      if (entry.is_regular_file() && is_wanted(entry.path())) files.push_back(entry.path());
    if (files.empty())
      return fail(ErrorKind::kInvalid, "holds no CSV, JSON or Excel file", path.string());
  } else {
    auto plain = TRY(open_plain_file(path));
    std::string start(4, '\0');
    start.resize(TRY(plain->read(start)));
    if (looks_like_zip(start)) {
      const Archive archive = TRY(Archive::open(path));
      if (!archive.has("xl/workbook.xml")) {
        files = TRY(unpacked.unpack(archive));
        std::erase_if(files, [](const fs::path& file) { return !is_wanted(file); });
      }
    }
    if (files.empty()) files.push_back(path);
  }
  std::ranges::sort(files);
  return files;
}

Result<bool> is_json(const fs::path& path) {
  const auto source = TRY(open_file(path));
  std::string start(512, '\0');
  start.resize(TRY(source->read(start)));
  std::string_view text = start;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text = trim(text);
  return text.starts_with('{') || text.starts_with('[');
}

// The same for equal values; not for storing.
std::size_t content_hash(const Json& value, std::size_t seed) {
  const auto mix = [&](std::size_t part) {
    seed = (seed ^ part) * 0x9E3779B97F4A7C15u + (seed >> 29);
  };
  mix(static_cast<std::size_t>(value.kind_name().front()));
  if (const std::string* text = value.if_string()) {
    mix(std::hash<std::string_view>()(*text));
  } else if (const auto number = value.if_number()) {
    mix(std::hash<double>()(*number));
  } else if (const bool* flag = value.if_bool()) {
    mix(*flag ? 1 : 2);
  } else if (const JsonArray* items = value.if_array()) {
    for (const Json& item : *items) seed = content_hash(item, seed + 1);
  } else if (const JsonObject* members = value.if_object()) {
    for (const JsonMember& member : *members) {
      mix(std::hash<std::string_view>()(member.key));
      seed = content_hash(member.value, seed);
    }
  }
  return seed;
}

std::string key_of(const Record& record) {
  return std::string(info(record.entity).name) + record.id.to_string();
}

class Importer {
 public:
  Importer(Directory& directory, const ImportOptions& options)
      : directory_(directory), options_(options), ids_(options.source), normalizer_(ids_, fresh_) {}

  Result<ImportReport> run(const fs::path& path) {
    Unpacked unpacked;
    const std::vector<fs::path> files = TRY(files_of(path, unpacked));
    source_ =
        options_.mode == ImportMode::kDryRun
            ? Uuid()
            : TRY(directory_.put_source({{}, options_.source, options_.url, options_.licence}));
    TRY(choose_mapping(files));
    for (const fs::path& file : files) {
      if (TRY(is_json(file))) {
        TRY(read_json(file));
      } else {
        TRY(read_table(file));
      }
    }
    std::vector<Record> built = records_from(std::move(tables_), fresh_);
    take_notices({});
    for (Record& record : built) TRY(add(std::move(record)));
    for (auto& [key, record] : mentioned_)
      if (!seen_.contains(key)) batch_.push_back(std::move(record));
    TRY(flush());
    TRY(finish_writing());
    TRY(write_rejects());
    return std::move(report_);
  }

 private:
  Result<void> choose_mapping(const std::vector<fs::path>& files);
  Result<void> read_json(const fs::path& file);
  Result<void> read_table(const fs::path& file);
  Result<void> take_value(Json value, const fs::path& file, const std::string& place);
  void take_tabular(const Json& value, const std::string& place);
  void take_row(Entity entity, Json value, const std::string& place, const std::string& original);
  void take_notices(const std::string& original);
  void reject(std::string place, std::string field, std::string reason, std::string original);
  void mention(Record record);
  Result<void> add(Record record);
  Result<void> flush();
  Result<void> finish_writing();
  Result<void> write_rejects();

  Directory& directory_;
  const ImportOptions& options_;
  IdSpace ids_;
  std::vector<Notice> fresh_;
  Normalizer normalizer_;
  std::optional<Mapping> mapping_;
  Uuid source_;
  Tables tables_;
  std::vector<Record> batch_;
  std::unordered_map<std::string, std::size_t> seen_;  // with a hash of the content
  std::unordered_map<std::string, Record> mentioned_;
  ImportReport report_;
  std::string rejects_;
  std::uint64_t records_ = 0;
  std::future<Result<ImportCounts>> writing_;  // last, so that it ends before what it uses
};

// The mapping given, or the built-in one whose columns all stand in the files.
Result<void> Importer::choose_mapping(const std::vector<fs::path>& files) {
  mapping_ = options_.mapping;
  if (mapping_) return {};
  for (Mapping& candidate : built_in_mappings()) {
    std::size_t fitting = 0;
    bool fits = true;
    for (const fs::path& file : files) {
      const TableMapping* table = candidate.table_for(file.filename().string());
      if (!table) continue;
      if (TRY(is_json(file))) {
        ++fitting;
        continue;
      }
      const auto reader = TRY(TableReader::open(file));
      for (const auto& [column, target] : table->columns)
        fits = fits && std::ranges::find(reader->header(), column) != reader->header().end();
      ++fitting;
    }
    if (!fits || fitting == 0) continue;
    report_.notes.push_back("Read with the built-in mapping \"" + candidate.name + "\"");
    mapping_ = std::move(candidate);
    return {};
  }
  return {};
}

void Importer::take_notices(const std::string& original) {
  for (Notice& notice : fresh_) {
    if (notice.kind == Notice::Kind::kRejected) {
      reject(std::move(notice.place), std::move(notice.field), std::move(notice.reason), original);
      continue;
    }
    ++(notice.kind == Notice::Kind::kRepaired ? report_.repaired : report_.set_aside);
    if (report_.notices.size() < 10'000) report_.notices.push_back(std::move(notice));
  }
  fresh_.clear();
}

void Importer::reject(std::string place, std::string field, std::string reason,
                      std::string original) {
  ++report_.rejected;
  CsvWriter(rejects_, CsvFormulas::kNeutralise).row({place, field, reason, original});
  if (report_.notices.size() < 10'000)
    report_.notices.push_back(
        {Notice::Kind::kRejected, std::move(place), std::move(field), std::move(reason)});
}

// A nested JSON value: apart into records, straight to the store.
Result<void> Importer::take_value(Json value, const fs::path& file, const std::string& place) {
  ++report_.rows;
  const std::string name = file.filename().string();
  if (const JsonObject* members = value.if_object();
      members && !members->empty() &&
      std::ranges::all_of(*members, [](const JsonMember& m) { return m.key.ends_with(".csv"); })) {
    take_tabular(value, place);
    return {};
  }
  if (value.find("openapi_url") && value.find("version")) {
    report_.notes.push_back(name + " describes an API and holds no record");
    return {};
  }
  const auto entity = options_.entity ? options_.entity : entity_of(value, name);
  if (!entity) {
    reject(place, "", "is of no kind that the directory knows", to_text(value));
    return {};
  }
  Json original = text_of(value, "name").empty() ? value : Json();
  const bool stands = normalizer_.normalize(value, *entity, place);
  take_notices(stands ? std::string() : to_text(original));
  if (!stands) return {};
  const bool is_short = file.stem().string().ends_with("_list");  // the short form of HSDS lists
  for (Record& record : split_records(std::move(value), *entity, place,
                                      is_short ? Completeness::kPartial : Completeness::kFields))
    TRY(add(std::move(record)));
  return {};
}

void Importer::take_tabular(const Json& value, const std::string& place) {
  for (const JsonMember& table : *value.if_object()) {
    const EntityInfo* entity = find_entity_by_file(table.key);
    const JsonArray* rows = table.value.if_array();
    if (!entity || !rows) {
      reject(place, table.key, "is no table of HSDS 3.1", shorten(to_text(table.value), 1000));
      continue;
    }
    for (const Json& row : *rows)
      take_row(entity->entity, row, place + "/" + table.key, to_text(row));
  }
}

void Importer::take_row(Entity entity, Json value, const std::string& place,
                        const std::string& original) {
  const bool stands = normalizer_.normalize(value, entity, place);
  take_notices(original);
  if (!stands) return;
  // What a mapped row says of others waits until all rows are read; the rows themselves may still
  // be joined by rows of other files.
  for (Record& record : split_records(std::move(value), entity, place, Completeness::kWhole)) {
    if (record.completeness == Completeness::kPartial) {
      mention(std::move(record));
    } else {
      tables_.of(record.entity).push_back({std::move(record.body), place});
    }
  }
}

Result<void> Importer::read_json(const fs::path& file) {
  JsonStream stream = TRY(JsonStream::open(TRY(open_file(file))));
  const TableMapping* mapped = mapping_ ? mapping_->table_for(file.filename().string()) : nullptr;
  for (;;) {
    auto value = stream.next();
    if (!value) {
      reject(value.error().place, "", value.error().message, "");
      continue;
    }
    if (!*value) return {};
    const std::string place = file.filename().string() + ":" + std::to_string(stream.number());
    if (!mapped || !(*value)->is_object()) {
      TRY(take_value(std::move(**value), file, place));
      continue;
    }
    ++report_.rows;
    std::vector<std::string> names, texts;
    for (const JsonMember& member : *(*value)->if_object()) {
      names.push_back(member.key);
      texts.push_back(cell_text(member.value));
    }
    const std::vector<std::string_view> fields(texts.begin(), texts.end());
    take_row(mapped->entity, map_row(*mapped, names, fields), place, to_text(**value));
  }
}

Result<void> Importer::read_table(const fs::path& file) {
  const std::string name = file.filename().string();
  auto reader = TRY(TableReader::open(file));
  const TableMapping* mapped = mapping_ ? mapping_->table_for(name) : nullptr;
  const EntityInfo* entity = mapped ? &info(mapped->entity) : find_entity_by_file(name);
  if (!entity) {
    return fail(ErrorKind::kInvalid, std::string(kUnknownTable), name,
                "Make a mapping with `daybreak directory mapping FILE`, check it, and import with "
                "--mapping");
  }
  TableMapping identity;
  if (!mapped) {
    identity.entity = entity->entity;
    identity.spaces = Spaces::kKeep;
    for (const std::string& column : reader->header())
      if (entity->field(column))
        identity.columns.emplace(column, ColumnTarget{{{column, false, {}}}, {}, {}});
  }
  while (const TableRow* row = TRY(reader->next())) {
    ++report_.rows;
    const std::string place = name + ":" + std::to_string(row->number);
    if (!row->problem.empty()) {
      std::string original;
      CsvWriter(original).row(row->fields);
      reject(place, "", row->problem, std::string(trim(original)));
      continue;
    }
    std::string original;
    CsvWriter(original).row(row->fields);
    take_row(entity->entity, map_row(mapped ? *mapped : identity, reader->header(), row->fields),
             place, std::string(trim(original)));
  }
  for (std::string& note : reader->notes()) report_.notes.push_back(name + ": " + note);
  return {};
}

// Records that are only mentioned inside others: what the first mention does not say is taken from
// the later ones.
void Importer::mention(Record record) {
  std::string key = key_of(record);
  const auto at = mentioned_.find(key);
  if (at == mentioned_.end()) {
    mentioned_.emplace(std::move(key), std::move(record));
    return;
  }
  const JsonObject& more = *record.body.if_object();
  if (std::ranges::any_of(more, [&](const JsonMember& m) { return !at->second.body.find(m.key); }))
    at->second.body =
        completed(record.body, at->second.body, Completeness::kPartial, record.entity);
}

// The first record of an id counts; the same id with other content later on is told.
Result<void> Importer::add(Record record) {
  if (record.completeness == Completeness::kPartial) {
    mention(std::move(record));
    return {};
  }
  const std::size_t content = content_hash(record.body, 0);
  const auto [at, is_new] = seen_.emplace(key_of(record), content);
  if (!is_new) {
    if (at->second != content) {
      fresh_.push_back(
          {Notice::Kind::kSetAside, record.place, std::string(info(record.entity).name) + ".id",
           "has the id of a record read before with other content; the first was taken"});
      take_notices({});
    }
    return {};
  }
  batch_.push_back(std::move(record));
  if (batch_.size() >= kBatch) return flush();
  return {};
}

// Gives the batch to a thread that writes it while the next one is read. One batch is written at a
// time, in the order read.
Result<void> Importer::flush() {
  for (std::size_t at = 0; at < batch_.size(); at += kBatch) {
    const auto part = std::span(batch_).subspan(at, std::min(kBatch, batch_.size() - at));
    std::vector<Record> taken(std::make_move_iterator(part.begin()),
                              std::make_move_iterator(part.end()));
    TRY(finish_writing());
    records_ += taken.size();
    writing_ = std::async(std::launch::async, [this, taken = std::move(taken)]() mutable {
      return directory_.import(std::move(taken), source_, options_.source, options_.mode);
    });
  }
  batch_.clear();
  return {};
}

Result<void> Importer::finish_writing() {
  if (!writing_.valid()) return {};
  report_.counts += TRY(writing_.get());
  if (options_.progress) options_.progress(records_);
  return {};
}

Result<void> Importer::write_rejects() {
  if (options_.rejects.empty() || rejects_.empty()) return {};
  std::string header;
  CsvWriter(header).row({"place", "field", "reason", "row"});
  return write_file(options_.rejects, header + rejects_);
}

}  // namespace

Result<ImportReport> import_path(Directory& directory, const fs::path& path,
                                 const ImportOptions& options) {
  return Importer(directory, options).run(path);
}

std::optional<Entity> entity_of(const Json& value, std::string_view file_name) {
  const auto has = [&](std::string_view member) { return value.find(member) != nullptr; };
  for (const EntityInfo& entity : entities()) {
    const std::string name(entity.name);
    const std::string stem(file_name.substr(0, file_name.find('.')));
    if (stem == name || stem == name + "_full" || stem == name + "_list" ||
        stem + ".csv" == entity.file)
      return entity.entity;
  }
  if (has("location_type")) return Entity::kLocation;
  if (has("status") || has("service_at_locations") || has("eligibility_description") ||
      has("organization"))
    return Entity::kService;
  if (has("location_id") || has("location")) return Entity::kServiceAtLocation;
  if (has("taxonomy") || has("taxonomy_detail") || has("taxonomy_id") || has("code"))
    return Entity::kTaxonomyTerm;
  if (has("scheme") || has("identifier")) return Entity::kUnit;
  if (has("version")) return Entity::kTaxonomy;
  if (has("name") && has("description"))
    return has("organization_id") ? Entity::kProgram : Entity::kOrganization;
  return std::nullopt;
}

}  // namespace daybreak::directory
