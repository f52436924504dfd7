// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/import.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/threat/row_source.hpp"
#include "commons/threat/values.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

// A file, opened, and what it is.
struct Told {
  fs::path path;
  SourceFile source;
  const Layout* layout = nullptr;
};

// Files that are stored together.
struct Group {
  const Layout* layout = nullptr;
  std::vector<Told*> files;
};

Result<Told> tell(const fs::path& path, const std::string& kind) {
  Told told{path, TRY(open_source(path)), nullptr};
  for (const Part& part : told.source.parts) {
    const auto rows = TRY(part.open());
    const Layout* layout = TRY(match_layout(kind, rows->header(), part.name));
    if (told.layout && told.layout != layout)
      return fail(ErrorKind::kInvalid, "holds " + layout->title + " beside " + told.layout->title,
                  part.name, "Unpack the archive and import the tables one by one");
    told.layout = layout;
  }
  return told;
}

// "FY2020", "FY 16" in a file's name.
std::optional<int> year_in_name(const fs::path& path) {
  const std::string name = to_upper_ascii(path.filename().string());
  for (std::size_t at = name.find("FY"); at != name.npos; at = name.find("FY", at + 2)) {
    std::size_t digit = at + 2;
    while (digit < name.size() && (name[digit] == '_' || name[digit] == ' ')) ++digit;
    std::size_t end = digit;
    while (end < name.size() && name[end] >= '0' && name[end] <= '9') ++end;
    const auto year = to_integer(std::string_view(name).substr(digit, end - digit));
    if (year && end - digit == 4) return static_cast<int>(*year);
    if (year && end - digit == 2) return 2000 + static_cast<int>(*year);
  }
  return std::nullopt;
}

// "whd.csv" for "/x/whd.csv.zst".
std::string plain_name(const fs::path& path) {
  fs::path name = path.filename();
  for (const std::string_view packed : {".zst", ".gz", ".xz", ".bz2", ".zip"})
    if (name.extension() == packed) name = name.stem();
  return name.stem().string();
}

class LoadImport {
 public:
  LoadImport(db::Database& database, const Clock& clock, const ImportOptions& options,
             const Group& group, ImportProgress& progress, std::uint64_t all_bytes)
      : database_(database),
        clock_(clock),
        options_(options),
        group_(group),
        progress_(progress),
        all_bytes_(all_bytes),
        today_(std::chrono::floor<std::chrono::days>(clock.now())),
        reader_(make_reader(*group.layout, today_)) {}

  // Nothing when the caller's progress function stopped it.
  Result<std::optional<ImportReport>> run();

 private:
  Result<bool> begin();
  Result<bool> read_part(const Part& part, const Told& file, std::uint64_t bytes_before);
  void take_row(const SourceRow& row, const std::string& file);
  void refuse(store::RefusedRow row);
  Result<bool> flush();
  Result<void> settle();
  Result<void> check() const;
  Result<void> finish();
  std::string slice() const;

  db::Database& database_;
  const Clock& clock_;
  const ImportOptions& options_;
  const Group& group_;
  ImportProgress& progress_;
  std::uint64_t all_bytes_;
  Date today_;
  std::unique_ptr<RecordReader> reader_;
  ImportReport report_;
  std::int64_t stored_rows_ = 0;  // that an import before this one stored

  struct Rows {
    store::Load load;  // as it is with these rows
    Batch batch;
    std::vector<store::RefusedRow> refused;
  };
  Rows filling_, storing_;  // rows are read into one while the other is stored
  std::future<Result<void>> stored_;
};

// False when there is nothing to do.
Result<bool> LoadImport::begin() {
  store::Load& load = report_.load;
  load.dataset = group_.layout->id;
  load.program = group_.layout->program;
  load.files = static_cast<std::int64_t>(group_.files.size());
  std::string digests, names;
  for (const Told* file : group_.files) {
    digests += file->source.digest;
    names += (names.empty() ? "" : ", ") + file->path.filename().string();
    for (const std::string& member : file->source.ignored) report_.ignored.push_back(member);
  }
  load.digest = group_.files.size() == 1 ? digests : sha256_hex(digests);
  load.name = shorten(names, 400);
  const auto known = TRY(database_.read(
      [&](db::Connection& c) { return store::find_load(c, load.dataset, load.digest); }));
  if (known && known->state != "loading") {
    report_.load = *known;
    report_.outcome = known->state == "current" ? "unchanged" : "superseded";
    return false;
  }
  report_.outcome = known ? "resumed" : "imported";
  if (known) {
    load.id = known->id;
    stored_rows_ = known->rows_in;
    return true;
  }
  load.id = TRY(
      database_.write([&](db::Connection& c) { return store::begin_load(c, load, clock_.now()); }));
  return true;
}

void LoadImport::refuse(store::RefusedRow row) {
  constexpr std::size_t kShown = 20;
  if (report_.first_refused.size() < kShown) report_.first_refused.push_back(row);
  // Rows that were stored before a break are read again for what they say about the file only.
  if (report_.load.rows_in > stored_rows_) filling_.refused.push_back(std::move(row));
}

void LoadImport::take_row(const SourceRow& row, const std::string& file) {
  store::Load& load = report_.load;
  ++load.rows_in;
  if (reader_->read(row, load.id, filling_.batch)) {
    ++load.rows_kept;
  } else {
    ++load.rows_rejected;
    refuse({file, row.line, reader_->refusal(), true});
  }
  for (Refusal& value : reader_->set_aside) {
    ++load.values_set_aside;
    refuse({file, row.line, std::move(value), false});
  }
  reader_->set_aside.clear();
  if (load.rows_in <= stored_rows_) filling_.batch.clear();
}

// Waits for the rows that are being stored.
Result<void> LoadImport::settle() { return stored_.valid() ? stored_.get() : Result<void>(); }

// Hands the rows to be stored while the next are read. Each step of storing is one transaction with
// the counts up to it.
Result<bool> LoadImport::flush() {
  TRY(settle());
  std::swap(filling_, storing_);
  filling_.batch.clear();
  filling_.refused.clear();
  storing_.load = report_.load;
  if (report_.load.rows_in > stored_rows_)
    stored_ = std::async(std::launch::async, [this] {
      return database_.write([&](db::Connection& c) {
        return store::add_rows(c, storing_.load, storing_.batch, storing_.refused);
      });
    });
  if (!options_.progress || options_.progress(progress_)) return true;
  TRY(settle());
  return false;
}

Result<bool> LoadImport::read_part(const Part& part, const Told& file, std::uint64_t bytes_before) {
  const auto rows = TRY(part.open());
  if (!group_.layout->names.empty()) TRY(rows->set_header(group_.layout->names));
  reader_->bind(rows->header());
  const std::string name = fs::path(part.name).filename().string();
  std::size_t labels = group_.layout->label_rows;
  std::size_t waiting = 0;
  progress_.file = part.name;
  while (const SourceRow* row = TRY(rows->next())) {
    if (labels > 0) {
      --labels;
      continue;
    }
    take_row(*row, name);
    ++progress_.rows;
    if (++waiting < options_.batch_rows) continue;
    waiting = 0;
    const double taken =
        static_cast<double>(bytes_before + std::min(rows->taken(), file.source.bytes));
    progress_.share = all_bytes_ == 0 ? 0 : taken / static_cast<double>(all_bytes_);
    if (!TRY(flush())) return false;
  }
  return flush();
}

// A file of which most rows are refused is not what it seems.
Result<void> LoadImport::check() const {
  const store::Load& load = report_.load;
  if (load.rows_in == 0)
    return fail(ErrorKind::kInvalid, "has a header and no rows", load.name, "Download it again");
  if (load.rows_kept > 0 && load.rows_rejected <= load.rows_kept) return {};
  const store::RefusedRow& first = report_.first_refused.front();
  return fail(
      ErrorKind::kInvalid,
      fmt::format("has {} bad rows of {}; nothing of it was kept. The first: line {}{}{} {}",
                  load.rows_rejected, load.rows_in, first.line,
                  first.refusal.field.empty() ? "" : ", column ", first.refusal.field,
                  first.refusal.reason),
      load.name, "Check that the file is whole and of this program");
}

std::string LoadImport::slice() const {
  switch (group_.layout->scope) {
    case Scope::kDataset:
      return "all";
    case Scope::kFiscalYear:
      return report_.load.fiscal_year ? fmt::format("FY{}", *report_.load.fiscal_year)
                                      : plain_name(group_.files.front()->path);
    case Scope::kSlice:
      break;
  }
  const std::string told = reader_->slice();
  return told.empty() ? plain_name(group_.files.front()->path) : told;
}

Result<void> LoadImport::finish() {
  store::Load& load = report_.load;
  if (const auto day = reader_->as_of()) load.as_of = format_date(*day);
  if (group_.layout->scope == Scope::kFiscalYear) {
    const auto named = year_in_name(group_.files.front()->path);
    const auto told = reader_->fiscal_year();
    // Decisions tell the year; case numbers only when it was filed, so the name goes before them.
    load.fiscal_year = load.as_of             ? told
                       : named                ? named
                       : options_.fiscal_year ? options_.fiscal_year
                                              : told;
    if (load.as_of && named && told && *named != *told)
      load.notes =
          fmt::format("The name says fiscal year {}, most decisions are of {}", *named, *told);
  }
  load.slice = slice();
  load.state = TRY(database_.write([&](db::Connection& c) { return store::finish_load(c, load); }));
  if (load.state == "superseded") report_.outcome = "superseded";
  const auto stale =
      TRY(database_.read([](db::Connection& c) { return store::superseded_with_rows(c); }));
  for (const std::int64_t id : stale)
    TRY(database_.write([&](db::Connection& c) { return store::drop_rows(c, id); }));
  return {};
}

Result<std::optional<ImportReport>> LoadImport::run() {
  if (!TRY(begin())) return report_;
  std::uint64_t bytes = 0;
  const auto work = [&]() -> Result<bool> {
    for (const Told* file : group_.files) {
      for (const Part& part : file->source.parts)
        if (!TRY(read_part(part, *file, bytes))) return false;
      bytes += file->source.bytes;
    }
    TRY(settle());
    TRY(check());
    return true;
  };
  const Result<bool> done = work();
  if (!done) {
    (void)settle();
    TRY(database_.write([&](db::Connection& c) { return store::forget_load(c, report_.load.id); }));
    return tl::make_unexpected(done.error());
  }
  if (!*done) return std::nullopt;
  TRY(finish());
  return report_;
}

std::vector<Group> grouped(std::vector<Told>& files) {
  std::vector<Group> groups;
  std::map<const Layout*, std::size_t> with_parts;
  for (Told& file : files) {
    const auto found = with_parts.find(file.layout);
    if (file.layout->parts && found != with_parts.end()) {
      groups[found->second].files.push_back(&file);
      continue;
    }
    if (file.layout->parts) with_parts[file.layout] = groups.size();
    groups.push_back({file.layout, {&file}});
  }
  return groups;
}

}  // namespace

Result<ImportResult> import_files(db::Database& database, const Clock& clock,
                                  std::span<const fs::path> files, const ImportOptions& options) {
  ImportResult result;
  std::vector<Told> told;
  for (const fs::path& path : files) {
    auto file = tell(path, options.kind);
    if (file) {
      told.push_back(std::move(*file));
    } else {
      result.failed.push_back({path.string(), file.error()});
    }
  }
  std::uint64_t bytes = 0;
  for (const Told& file : told) bytes += file.source.bytes;
  ImportProgress progress;
  for (const Group& group : grouped(told)) {
    LoadImport import(database, clock, options, group, progress, bytes);
    auto report = import.run();
    if (!report) {
      if (report.error().kind == ErrorKind::kUnavailable ||
          report.error().kind == ErrorKind::kInternal)
        return tl::make_unexpected(report.error());
      result.failed.push_back({group.files.front()->path.string(), report.error()});
    } else if (!*report) {
      break;
    } else {
      result.loads.push_back(std::move(**report));
    }
  }
  return result;
}

Result<const Layout*> layout_of(const fs::path& file) { return TRY(tell(file, "")).layout; }

Result<store::Load> read_only(const fs::path& file, Date today) {
  const Told told = TRY(tell(file, ""));
  const auto reader = make_reader(*told.layout, today);
  store::Load load;
  Batch batch;
  for (const Part& part : told.source.parts) {
    const auto rows = TRY(part.open());
    if (!told.layout->names.empty()) TRY(rows->set_header(told.layout->names));
    reader->bind(rows->header());
    while (const SourceRow* row = TRY(rows->next())) {
      ++load.rows_in;
      ++(reader->read(*row, 0, batch) ? load.rows_kept : load.rows_rejected);
      if (load.rows_in % 4096 == 0) batch.clear();
    }
  }
  return load;
}

}  // namespace daybreak::threat
