// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/export.hpp"

#include <algorithm>
#include <set>

#include "base/byte_source.hpp"
#include "base/csv.hpp"
#include "commons/directory/eligibility.hpp"
#include "commons/directory/export_package.hpp"

namespace daybreak::directory {
namespace {

namespace fs = std::filesystem;

// One JSON or ndjson file, written item by item.
class ItemFile {
 public:
  ItemFile(fs::path path, ExportFormat format) : path_(std::move(path)), format_(format) {
    if (format_ == ExportFormat::kJson) text_ = "[";
  }
  void add(const Json& item) {
    if (format_ == ExportFormat::kJson) text_ += count_ > 0 ? ",\n" : "\n";
    append_json(text_, item);
    if (format_ == ExportFormat::kNdjson) text_ += '\n';
    ++count_;
  }
  std::uint64_t count() const { return count_; }
  std::string name() const { return path_.filename().string(); }
  Result<void> finish() {
    if (format_ == ExportFormat::kJson) text_ += "\n]\n";
    return write_file(path_, text_);
  }

 private:
  fs::path path_;
  ExportFormat format_;
  std::string text_;
  std::uint64_t count_ = 0;
};

Result<void> each_published(Directory& directory, Entity entity, const Audience& audience,
                            const std::function<void(Published, const store::Stored&)>& take) {
  return directory.database().read([&](db::Connection& c) {
    return store::each(c, entity, 1000, [&](std::vector<store::Stored> part) -> Result<void> {
      for (const store::Stored& stored : part)
        if (auto published = for_audience(stored.record, audience))
          take(std::move(*published), stored);
      return {};
    });
  });
}

// What stands outside services: each entity in a file of its own.
Result<void> export_items(Directory& directory, const fs::path& folder,
                          const ExportOptions& options, ExportReport& report) {
  const Vocabulary vocabulary = TRY(load_vocabulary(directory, options.audience));
  const std::string extension = options.format == ExportFormat::kJson ? ".json" : ".ndjson";
  std::set<std::string> nested_places;
  ItemFile services(folder / ("services" + extension), options.format);
  TRY(directory.each_bundle(options.audience, [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      Json value = nested(bundle);
      nest_vocabulary(value, Entity::kService, vocabulary);
      conform(value, Entity::kService, options.conformance);
      services.add(value);
      for (const Bundle::Place& place : bundle.places)
        nested_places.insert(place.place.id().to_string());
    }
    if (options.progress) options.progress(services.count());
    return {};
  }));
  TRY(services.finish());
  report.files.emplace_back(services.name(), services.count());
  for (const EntityInfo& entity : entities()) {
    if (entity.entity == Entity::kService) continue;
    std::string stem(entity.file.substr(0, entity.file.size() - 4));
    ItemFile file(folder / (stem + extension), options.format);
    TRY(each_published(directory, entity.entity, options.audience,
                       [&](Published one, const store::Stored&) {
                         if (nested_places.contains(one.id().to_string())) return;
                         Json value = std::move(one).take();
                         nest_vocabulary(value, entity.entity, vocabulary);
                         conform(value, entity.entity, options.conformance);
                         file.add(value);
                       }));
    if (file.count() == 0) continue;
    TRY(file.finish());
    report.files.emplace_back(file.name(), file.count());
  }
  return {};
}

Result<void> export_tables(Directory& directory, const fs::path& folder,
                           const ExportOptions& options, ExportReport& report) {
  Flattener flattener;
  std::uint64_t count = 0;
  const auto add = [&](Published one) {
    Json value = std::move(one).take();
    if (!value.find("eligibility_description"))
      if (const Json* rule = value.find("eligibility_rule"))
        value.set("eligibility_description", describe_rule(*rule));
    conform(value, one.entity(), options.conformance);
    flattener.add(one.entity(), value);
    if (options.progress && ++count % 1000 == 0) options.progress(count);
  };
  std::set<std::string> bundled_places;
  TRY(directory.each_bundle(options.audience, [&](std::vector<Bundle> bundles) -> Result<void> {
    for (Bundle& bundle : bundles) {
      add(std::move(bundle.service));
      for (Bundle::Place& place : bundle.places) {
        bundled_places.insert(place.place.id().to_string());
        add(std::move(place.place));
      }
    }
    return {};
  }));
  for (const EntityInfo& entity : entities()) {
    if (entity.entity == Entity::kService) continue;
    TRY(each_published(directory, entity.entity, options.audience,
                       [&](Published one, const store::Stored&) {
                         if (!bundled_places.contains(one.id().to_string())) add(std::move(one));
                       }));
  }
  return write_package(flattener.tables(), folder, options.title, report);
}

}  // namespace

Result<ExportReport> export_to(Directory& directory, const fs::path& folder,
                               const ExportOptions& options) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return fail(ErrorKind::kUnavailable, problem.message(), folder.string());
  ExportReport report;
  if (options.format == ExportFormat::kCsv) {
    TRY(export_tables(directory, folder, options, report));
  } else {
    TRY(export_items(directory, folder, options, report));
  }
  return report;
}

Result<Vocabulary> load_vocabulary(Directory& directory, const Audience& audience) {
  Vocabulary vocabulary;
  for (const Entity entity : {Entity::kTaxonomy, Entity::kTaxonomyTerm, Entity::kUnit}) {
    TRY(each_published(directory, entity, audience, [&](Published one, const store::Stored&) {
      std::string id = one.id().to_string();
      Json value = std::move(one).take();
      conform(value, entity, Conformance::kStrict);
      if (entity == Entity::kTaxonomyTerm) nest_vocabulary(value, entity, vocabulary);
      vocabulary.emplace(std::string(info(entity).name) + id, std::move(value));
    }));
  }
  return vocabulary;
}

void nest_vocabulary(Json& value, Entity entity, const Vocabulary& vocabulary) {
  for (const Child& child : info(entity).children) {
    const bool is_term = child.entity == Entity::kTaxonomyTerm ||
                         child.entity == Entity::kTaxonomy || child.entity == Entity::kUnit;
    if (child.holds == Holds::kOne && is_term && !value.find(child.name)) {
      const auto found = vocabulary.find(std::string(info(child.entity).name) +
                                         std::string(text_of(value, child.link)));
      if (found == vocabulary.end()) continue;
      value.erase(child.link);
      value.set(child.name, found->second);
    } else if (Json* held = value.find(child.name)) {
      if (JsonArray* items = held->if_array()) {
        for (Json& item : *items) nest_vocabulary(item, child.entity, vocabulary);
      } else if (held->is_object()) {
        nest_vocabulary(*held, child.entity, vocabulary);
      }
    }
  }
}

void conform(Json& value, Entity entity, Conformance conformance) {
  const EntityInfo& about = info(entity);
  if (!value.is_object()) return;
  for (const Field& field : about.fields) {
    if (field.origin == Origin::kProfile && conformance == Conformance::kStrict)
      value.erase(field.name);
    if (field.need == Need::kRequired && field.type == FieldType::kText && !value.find(field.name))
      value.set(field.name, "");
  }
  if (conformance == Conformance::kStrict && text_of(value, "location_type") == "redacted")
    value.set("location_type", "physical");
  for (const Child& child : about.children) {
    Json* held = value.find(child.name);
    if (!held) continue;
    if (JsonArray* items = held->if_array()) {
      for (Json& item : *items) conform(item, child.entity, conformance);
    } else {
      conform(*held, child.entity, conformance);
    }
  }
  sort_members(value, about);
}

}  // namespace daybreak::directory
