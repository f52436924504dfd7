// SPDX-License-Identifier: AGPL-3.0-or-later
// Workbooks as people save them, and as attackers make them.
#include "base/xlsx.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/table.hpp"

namespace daybreak {
namespace {

using Parts = std::map<std::string, std::string>;

std::string zip(const Parts& parts) {
  std::string out;
  archive* handle = archive_write_new();
  archive_write_set_format_zip(handle);
  archive_write_set_bytes_in_last_block(handle, 1);
  archive_write_open(
      handle, &out, nullptr,
      [](archive*, void* to, const void* bytes, std::size_t count) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), count);
        return static_cast<la_ssize_t>(count);
      },
      nullptr);
  for (const auto& [name, content] : parts) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(handle, entry);
    archive_write_data(handle, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(handle);
  archive_write_free(handle);
  return out;
}

Parts workbook(const std::string& rows, const std::string& strings = "") {
  return {
      {"xl/workbook.xml",
       R"(<workbook xmlns:r="x"><workbookPr/><sheets><sheet name="Old" sheetId="1" state="hidden" r:id="rId9"/><sheet name="Guide" sheetId="2" r:id="rId1"/></sheets></workbook>)"},
      {"xl/_rels/workbook.xml.rels",
       R"(<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId9" Type="http://x/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/></Relationships>)"},
      {"xl/styles.xml",
       R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="[$-409]m/d/yyyy\ h:mm AM/PM;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>)"},
      {"xl/sharedStrings.xml", "<sst>" + strings + "</sst>"},
      {"xl/worksheets/sheet1.xml", R"(<worksheet><dimension ref="A1:XFD1048576"/><sheetData>)" +
                                       rows + "</sheetData></worksheet>"}};
}

Result<XlsxReader> open(const Parts& parts, XlsxOptions options = {}) {
  return XlsxReader::open(Archive::from_memory(zip(parts)).value(), options, "guide.xlsx");
}

std::vector<std::string> texts(const XlsxRow& row) {
  std::vector<std::string> out;
  for (const XlsxCell& cell : row.cells) out.push_back(cell.text);
  return out;
}

TEST(Xlsx, ReadsEveryKindOfCell) {
  auto reader = open(workbook(
      R"(<row r="2"><c r="A2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c><c r="D2"><v>0.1</v></c>)"
      R"(<c r="E2" s="1"><v>45982</v></c><c r="F2" s="2"><v>1234</v></c><c r="G2" s="3"><v>45982.354166666664</v></c><c r="H2" s="4"><v>0.75</v></c>)"
      R"(<c r="I2" t="b"><v>1</v></c><c r="J2"><v>1.1000000000000001</v></c></row>)",
      "<si><t>zero</t></si><si><r><t xml:space=\"preserve\">Peña </t></r><r><t>&amp; "
      "Co</t></r><rPh><t>x</t></rPh></si>"));
  ASSERT_TRUE(reader) << reader.error().describe();
  EXPECT_EQ(reader->sheet(), "Guide");
  const XlsxRow* row = reader->next().value();
  EXPECT_EQ(row->number, 2u);
  EXPECT_EQ(texts(*row),
            (std::vector<std::string>{"Peña & Co", "", "inline", "0.1", "2025-11-21", "01234",
                                      "2025-11-21T08:30:00", "18:00:00", "TRUE", "1.1"}));
  EXPECT_EQ(reader->next().value(), nullptr);
  EXPECT_EQ(reader->place(7, 27), "guide.xlsx:Guide!AB7");
}

TEST(Xlsx, FormulasGiveTheirSavedValueAndAreReported) {
  auto reader = open(workbook(
      R"(<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>text</v></c><c r="C1" t="e"><v>#N/A</v></c></row>)"
      R"(<row r="2"><c r="A2"><f>NOW()</f></c></row>)"));
  EXPECT_EQ(texts(*reader->next().value()), (std::vector<std::string>{"2", "text", "#N/A"}));
  EXPECT_TRUE(reader->next().value()->cells[0].is_formula);
  EXPECT_EQ(reader->notes().formulas, 3u);
  EXPECT_EQ(reader->notes().first_formula, "Guide!A1");
  EXPECT_EQ(reader->notes().first_error, "Guide!C1");
  EXPECT_EQ(reader->notes().formulas_without_value, 1u);
}

TEST(Xlsx, RowsThatAreOnlyDeclaredCostNothing) {
  auto reader = open(workbook(
      R"(<row r="1"><c r="A1"><v>1</v></c></row><row r="2"/><row r="3"><c r="XFD3" s="1"/></row><row r="1048576"><c r="A1048576"><v>9</v></c></row>)"));
  EXPECT_EQ(reader->next().value()->number, 1u);
  const XlsxRow* last = reader->next().value();
  EXPECT_EQ(last->number, 1048576u);
  EXPECT_EQ(last->cells.size(), 1u);
}

TEST(Xlsx, AMillionRowsStreamInBoundedMemory) {
  std::string rows;
  for (int i = 1; i <= 200'000; ++i)
    rows += "<row r=\"" + std::to_string(i) + "\"><c r=\"A" + std::to_string(i) +
            "\"><v>7</v></c></row>";
  auto reader = open(workbook(rows)).value();
  std::uint64_t count = 0;
  while (reader.next().value()) ++count;
  EXPECT_EQ(count, 200'000u);
}

TEST(Xlsx, EntitiesBombsAndWrongReferencesAreRefused) {
  Parts parts = workbook("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
  parts["xl/worksheets/sheet1.xml"] =
      R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>)";
  EXPECT_NE(open(parts)->next().error().message.find("document type"), std::string::npos);
  EXPECT_NE(open(workbook("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>5</v></c></row>"))
                ->next()
                .error()
                .message.find("not there"),
            std::string::npos);
  EXPECT_FALSE(open(workbook("<row r=\"2\"/><row r=\"1\"/>"))->next());
  EXPECT_FALSE(open(workbook("<row r=\"1048577\"/>"))->next());
  EXPECT_FALSE(open(workbook("<row r=\"1\"><c r=\"XFE1\"/></row>"))->next());
  EXPECT_FALSE(open(workbook("<row r=\"1\"><c"))->next());
  const auto large = open(workbook("", "<si><t>" + std::string(2 << 20, 'x') + "</t></si>"),
                          {.max_text_bytes = 1 << 20});
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().message.find("more text"), std::string::npos);
  EXPECT_EQ(open({{"a.txt", "x"}}).error().message, "is no Excel workbook");
  EXPECT_EQ(open(workbook(""), {.sheet = "None"}).error().cure, "Its sheets are: Old, Guide");
}

TEST(Xlsx, WhatTheWriterWritesTheReaderReads) {
  const auto path =
      std::filesystem::temp_directory_path() / ("daybreak-" + std::to_string(getpid()) + ".xlsx");
  auto writer = XlsxWriter::create(path).value();
  const std::vector<std::string> header{"Name", "Beds"};
  ASSERT_TRUE(writer.add_sheet("Safe: houses/2026 with a name that is far too long", header));
  writer.text("=HYPERLINK(\"http://example.org\")");
  writer.number(12.5);
  writer.end_row();
  writer.text("Peña");
  writer.end_row();
  ASSERT_TRUE(writer.finish());
  const auto table = TableReader::open(path).value();
  EXPECT_EQ(table->header(), header);
  const TableRow* row = table->next().value();
  EXPECT_EQ((*row)[0], "=HYPERLINK(\"http://example.org\")");
  EXPECT_EQ((*row)[1], "12.5");
  EXPECT_TRUE(row->problem.empty());
  EXPECT_TRUE(table->notes().empty()) << "text is written as text, not as a formula";
  EXPECT_EQ((*table->next().value())[0], "Peña");
  EXPECT_EQ(table->next().value(), nullptr);
  std::filesystem::remove(path);
}

TEST(Xlsx, TheOfficialWorkbooksReadToTheEnd) {
  const char* shared = std::getenv("DAYBREAK_SHARED");
  const std::filesystem::path root =
      std::filesystem::path(shared ? shared : DAYBREAK_SOURCE_DIR "/../shared") /
      "data/oflc/original";
  if (!std::filesystem::exists(root))
    GTEST_SKIP() << "no shared data beside the checkout (" << root << ")";
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() != ".xlsx") continue;
    const auto table = TableReader::open(entry.path());
    ASSERT_TRUE(table) << table.error().describe();
    std::uint64_t rows = 0;
    for (;;) {
      const auto row = (*table)->next();
      ASSERT_TRUE(row) << row.error().describe();
      if (!*row) break;
      ++rows;
    }
    EXPECT_GT(rows, 500u) << entry.path();
    EXPECT_GT((*table)->header().size(), 30u) << entry.path();
  }
}

}  // namespace
}  // namespace daybreak
