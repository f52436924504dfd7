// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/row_source.hpp"

#include <algorithm>

#include "base/byte_source.hpp"
#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/xlsx.hpp"
#include "commons/threat/row_documents.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

// Tables pack to a tenth or a twentieth; what packs far better is made to exhaust the machine.
constexpr UnpackLimits kLimits{.max_bytes = std::uint64_t{64} << 30, .max_ratio = 300};

class CsvRows final : public RowSource {
 public:
  explicit CsvRows(CsvReader reader) : reader_(std::move(reader)) {
    name_ = reader_.source().name();
    header_ = reader_.header();
  }
  Result<void> set_header(std::vector<std::string> names) override {
    first_ = header_;
    views_.assign(first_.begin(), first_.end());
    header_ = std::move(names);
    first_waits_ = true;
    return {};
  }
  Result<const SourceRow*> next() override {
    if (first_waits_) {
      first_waits_ = false;
      row_ = {views_, {}, 1};
      return &row_;
    }
    const CsvRow* row = TRY(reader_.next());
    if (!row) return nullptr;
    problem_.clear();
    // Without a header line the number of fields says nothing.
    if (!row->ok() && (first_.empty() || row->problem_kind() != CsvProblem::kTooManyFields))
      problem_ = row->problem();
    // A short row is read as far as it goes: official downloads end that way.
    if (row->problem_kind() == CsvProblem::kTooFewFields && row->size() * 2 > header_.size())
      problem_.clear();
    row_ = {row->fields(), problem_, row->line()};
    return &row_;
  }
  std::uint64_t taken() const override { return reader_.source().taken(); }

 private:
  CsvReader reader_;
  SourceRow row_;
  std::string problem_;
  std::vector<std::string> first_;
  std::vector<std::string_view> views_;
  bool first_waits_ = false;
};

class SheetRows final : public RowSource {
 public:
  static Result<std::unique_ptr<RowSource>> open(const fs::path& path) {
    XlsxReader reader = TRY(XlsxReader::open(path));
    const XlsxRow* first = TRY(reader.next());
    if (!first)
      return fail(ErrorKind::kInvalid, "has no rows", path.string() + ":" + reader.sheet(),
                  "Save the table on the first sheet");
    std::vector<std::string> header;
    for (const XlsxCell& cell : first->cells) header.emplace_back(trim(cell.text));
    while (!header.empty() && header.back().empty()) header.pop_back();
    return std::make_unique<SheetRows>(std::move(reader), std::move(header), path.string());
  }
  SheetRows(XlsxReader reader, std::vector<std::string> header, std::string name)
      : reader_(std::move(reader)) {
    name_ = std::move(name);
    header_ = std::move(header);
  }
  Result<void> set_header(std::vector<std::string>) override {
    return fail(ErrorKind::kUnsupported, "is a sheet without a header row", name_);
  }
  Result<const SourceRow*> next() override {
    for (;;) {
      const XlsxRow* row = TRY(reader_.next());
      if (!row) return nullptr;
      fields_.clear();
      bool says_something = false;
      for (const XlsxCell& cell : row->cells) {
        if (fields_.size() == header_.size()) break;
        fields_.emplace_back(cell.is_error ? std::string_view() : std::string_view(cell.text));
        says_something = says_something || !trim(fields_.back()).empty();
      }
      row_ = {fields_, says_something ? "" : "holds nothing but error cells", row->number};
      return &row_;
    }
  }

 private:
  XlsxReader reader_;
  std::vector<std::string_view> fields_;
  SourceRow row_;
};

// Rows that were made from a document (row_documents.hpp).
class DocumentRows final : public RowSource {
 public:
  DocumentRows(DocumentTable table, std::string name) : table_(std::move(table)) {
    name_ = std::move(name);
    header_ = table_.header;
  }
  Result<void> set_header(std::vector<std::string>) override { return {}; }
  Result<const SourceRow*> next() override {
    if (at_ == table_.rows.size()) return nullptr;
    views_.assign(table_.rows[at_].begin(), table_.rows[at_].end());
    row_ = {views_, {}, ++at_};
    return &row_;
  }

 private:
  DocumentTable table_;
  std::vector<std::string_view> views_;
  SourceRow row_;
  std::size_t at_ = 0;
};

Result<std::unique_ptr<RowSource>> open_csv(std::unique_ptr<ByteSource> bytes) {
  return std::make_unique<CsvRows>(TRY(CsvReader::open(std::move(bytes))));
}

Result<std::string> digest_of(const fs::path& path, std::uint64_t& bytes) {
  auto source = TRY(open_plain_file(path));
  Sha256 digest;
  std::string block(1 << 20, '\0');
  while (const std::size_t got = TRY(source->read(block))) {
    digest.update(std::string_view(block).substr(0, got));
    bytes += got;
  }
  return to_hex(digest.finish());
}

bool is_table_name(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  const bool hidden = lower.starts_with("__macosx") || lower.find("/.") != lower.npos;
  return !hidden && (lower.ends_with(".csv") || lower.ends_with(".txt"));
}

Result<SourceFile> open_archive(const fs::path& path, SourceFile file) {
  auto archive = std::make_shared<Archive>(TRY(Archive::open(path)));
  if (archive->has("xl/workbook.xml")) {
    file.parts.push_back({path.string(), [path] { return SheetRows::open(path); }});
    return file;
  }
  for (const Archive::Member& member : archive->members()) {
    if (!is_table_name(member.name)) {
      file.ignored.push_back(member.name);
      continue;
    }
    file.parts.push_back({path.filename().string() + "/" + member.name,
                          [archive, name = member.name]() -> Result<std::unique_ptr<RowSource>> {
                            return open_csv(TRY(archive->member(name, kLimits)));
                          }});
  }
  std::ranges::sort(file.parts, {}, &Part::name);
  if (file.parts.empty())
    return fail(ErrorKind::kInvalid, "holds no table", path.string(),
                "Give the zip as it was downloaded, or the CSV in it");
  return file;
}

Result<SourceFile> open_document(const fs::path& path, SourceFile file, DocumentKind kind) {
  file.parts.push_back({path.string(), [path, kind]() -> Result<std::unique_ptr<RowSource>> {
                          return std::make_unique<DocumentRows>(
                              TRY(read_document(kind, TRY(read_text_file(path)), path.string())),
                              path.string());
                        }});
  return file;
}

}  // namespace

Result<SourceFile> open_source(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    return fail(ErrorKind::kInvalid, "is a directory", path.string(), "Name the files in it");
  SourceFile file;
  file.digest = TRY(digest_of(path, file.bytes));
  if (file.bytes == 0)
    return fail(ErrorKind::kInvalid, "is empty", path.string(), "Download it again");
  std::string start(256, '\0');
  start.resize(TRY(TRY(open_plain_file(path))->read(start)));
  if (looks_like_zip(start)) return open_archive(path, std::move(file));
  if (start.starts_with("\xD0\xCF\x11\xE0"))
    return fail(ErrorKind::kUnsupported, "is an old Excel workbook (.xls) or is locked",
                path.string(), "Save it as .xlsx without a password, or as .csv");
  if (const auto kind = document_kind(start)) return open_document(path, std::move(file), *kind);
  file.parts.push_back({path.string(), [path]() -> Result<std::unique_ptr<RowSource>> {
                          return open_csv(TRY(open_file(path, kLimits)));
                        }});
  return file;
}

}  // namespace daybreak::threat
