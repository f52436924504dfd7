// SPDX-License-Identifier: AGPL-3.0-or-later
// Spreadsheets as they are uploaded: the bytes as a whole file, or as one part (sheet, shared
// strings, styles) of a workbook that is sound otherwise; the first byte chooses.
// links: base z
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include "base/xlsx.hpp"

using namespace daybreak;

namespace {

void number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// A zip of uncompressed members.
class Zip {
 public:
  void add(const std::string& name, std::string_view content) {
    const auto crc =
        crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    std::string fields;
    number(fields, 20, 2), number(fields, 0, 8), number(fields, static_cast<std::uint32_t>(crc), 4);
    number(fields, static_cast<std::uint32_t>(content.size()), 4),
        number(fields, static_cast<std::uint32_t>(content.size()), 4);
    number(fields, static_cast<std::uint32_t>(name.size()), 2), number(fields, 0, 2);
    directory_ += "PK\1\2", number(directory_, 20, 2), directory_ += fields,
        number(directory_, 0, 2);
    number(directory_, 0, 8), number(directory_, static_cast<std::uint32_t>(out_.size()), 4),
        directory_ += name;
    (out_ += "PK\3\4").append(fields).append(name).append(content);
    ++count_;
  }
  std::string finish() {
    std::string end = "PK\5\6";
    number(end, 0, 4), number(end, count_, 2), number(end, count_, 2);
    number(end, static_cast<std::uint32_t>(directory_.size()), 4),
        number(end, static_cast<std::uint32_t>(out_.size()), 4), number(end, 0, 2);
    return out_ + directory_ + end;
  }

 private:
  std::string out_, directory_;
  std::uint32_t count_ = 0;
};

std::string workbook_with(int part, std::string_view text) {
  constexpr std::string_view kPackage =
      "http://schemas.openxmlformats.org/package/2006/relationships";
  constexpr std::string_view kDocument =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  constexpr std::string_view kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const auto relation = [&](const char* id, const char* type, const char* target) {
    return std::string("<Relationship Id=\"") + id + "\" Type=\"" + std::string(kDocument) + "/" +
           type + "\" Target=\"" + target + "\"/>";
  };
  const auto choose = [&](int wanted, std::string usual) {
    return part == wanted ? std::string(text) : std::move(usual);
  };
  const std::string ns = " xmlns=\"" + std::string(kMain) + "\"";
  Zip zip;
  zip.add("_rels/.rels", "<Relationships xmlns=\"" + std::string(kPackage) + "\">" +
                             relation("r1", "officeDocument", "xl/workbook.xml") +
                             "</Relationships>");
  zip.add(
      "xl/workbook.xml",
      choose(3,
             "<workbook" + ns + " xmlns:r=\"" + std::string(kDocument) +
                 "\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"));
  zip.add("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"" + std::string(kPackage) + "\">" +
                                            relation("r1", "worksheet", "worksheets/sheet1.xml") +
                                            relation("r2", "sharedStrings", "sharedStrings.xml") +
                                            relation("r3", "styles", "styles.xml") +
                                            "</Relationships>");
  zip.add("xl/sharedStrings.xml", choose(1, "<sst" + ns + "><si><t>one</t></si></sst>"));
  zip.add("xl/styles.xml",
          choose(2, "<styleSheet" + ns + "><cellXfs><xf numFmtId=\"14\"/></cellXfs></styleSheet>"));
  zip.add("xl/worksheets/sheet1.xml",
          choose(0, "<worksheet" + ns +
                        "><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" "
                        "s=\"0\"><v>45000</v></c></row></sheetData></worksheet>"));
  return zip.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const int file = ::memfd_create("xlsx", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 5 < 4) bytes = workbook_with(data[0] % 5, bytes);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, bytes.data(), bytes.size(), 0) < 0) return 0;
  auto workbook = XlsxReader::open(path, {.max_text_bytes = 1 << 20});
  if (!workbook) return 0;
  for (int rows = 0; rows < 1000; ++rows) {
    const auto row = workbook->next();
    if (!row || !*row) break;
  }
  (void)workbook->notes();
  return 0;
}
