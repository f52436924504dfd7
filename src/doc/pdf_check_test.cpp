// SPDX-License-Identifier: AGPL-3.0-or-later
// pdf_check must find what is wrong: a good file is broken in one place at a time. Chromium's print
// of the same document is a second opinion on what the structure should hold.
#include "doc/pdf_check.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <unistd.h>

#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"

namespace daybreak::doc {
namespace {

using Object = QPDFObjectHandle;

Document sample() {
  Document document{.title = "Example", .date = Date{std::chrono::year(2026) / 11 / 21}};
  document.blocks = {
      heading(1, "Example"),
      paragraph({text("See "), link("example.org", "https://example.org/"), text(".")}),
      heading(2, "Table"),
      {Table{.header = {{{{.content = {text("Day")}}, {.content = {text("Hours")}}}}},
             .rows = {{{{.content = {text("Monday")}, .kind = TableCell::Kind::kRowHeader},
                        {.content = {text("9 to 5")}}}}}}},
      heading(2, "Figure"),
      {Figure{.picture = QrPicture{"https://example.org/"}, .alternative = "A code"}},
      heading(3, "Below"),
      paragraph("Text."),
      bullets({"One", "Two"})};
  for (int i = 0; i < 6; ++i) {
    document.blocks.push_back({PageBreak{}});
    document.blocks.push_back(heading(2, "Page " + std::to_string(i)));
  }
  return document;
}

const std::string& good() {
  static const std::string pdf = to_pdf(sample()).value();
  return pdf;
}

std::string broken(const std::function<void(QPDF&)>& damage) {
  QPDF file;
  file.processMemoryFile("good", good().data(), good().size());
  damage(file);
  QPDFWriter writer(file);
  writer.setOutputMemory();
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

std::vector<std::string> rules(const std::string& pdf) {
  std::vector<std::string> names;
  const PdfReport report = check_pdf(pdf).value();
  for (const PdfFinding& finding : report.findings) names.push_back(finding.rule);
  return names;
}

// The first structure element of that type, depth first.
Object element(Object node, const std::string& type) {
  if (!node.isDictionary()) return Object::newNull();
  if (node.getKey("/S").isName() && node.getKey("/S").getName() == "/" + type) return node;
  Object kids = node.getKey("/K");
  if (kids.isDictionary()) return element(kids, type);
  for (int i = 0; kids.isArray() && i < kids.getArrayNItems(); ++i) {
    Object kid = kids.getArrayItem(i);
    if (!kid.isDictionary() || !kid.hasKey("/S")) continue;
    if (Object found = element(kid, type); !found.isNull()) return found;
  }
  return Object::newNull();
}
Object element(QPDF& file, const std::string& type) {
  return element(file.getRoot().getKey("/StructTreeRoot"), type);
}
Object first_page(QPDF& file) {
  return QPDFPageDocumentHelper(file).getAllPages()[0].getObjectHandle();
}

struct Damage {
  const char* rule;
  std::function<void(QPDF&)> apply;
};

const Damage kDamages[] = {
    {"language", [](QPDF& f) { f.getRoot().removeKey("/Lang"); }},
    {"mark-info", [](QPDF& f) { f.getRoot().removeKey("/MarkInfo"); }},
    {"title-shown", [](QPDF& f) { f.getRoot().removeKey("/ViewerPreferences"); }},
    {"metadata", [](QPDF& f) { f.getRoot().removeKey("/Metadata"); }},
    {"title", [](QPDF& f) { f.getRoot().replaceKey("/Metadata", f.newStream("<x/>")); }},
    {"structure", [](QPDF& f) { f.getRoot().removeKey("/StructTreeRoot"); }},
    {"content-lost", [](QPDF& f) { f.getRoot().removeKey("/StructTreeRoot"); }},
    {"figure-alt", [](QPDF& f) { element(f, "Figure").removeKey("/Alt"); }},
    {"header-scope", [](QPDF& f) { element(f, "TH").removeKey("/A"); }},
    {"table-header",
     [](QPDF& f) {
       for (int i = 0; i < 3; ++i) element(f, "TH").replaceKey("/S", Object::newName("/TD"));
     }},
    {"table-regular", [](QPDF& f) { element(f, "TR").getKey("/K").eraseItem(0); }},
    {"heading-order", [](QPDF& f) { element(f, "H2").replaceKey("/S", Object::newName("/H4")); }},
    {"heading-order", [](QPDF& f) { element(f, "H1").replaceKey("/S", Object::newName("/P")); }},
    {"type", [](QPDF& f) { element(f, "P").replaceKey("/S", Object::newName("/Invented")); }},
    {"nesting", [](QPDF& f) { element(f, "LBody").replaceKey("/S", Object::newName("/LI")); }},
    {"link-words",
     [](QPDF& f) { first_page(f).getKey("/Annots").getArrayItem(0).removeKey("/Contents"); }},
    {"link-target",
     [](QPDF& f) { first_page(f).getKey("/Annots").getArrayItem(0).removeKey("/A"); }},
    {"link-structure", [](QPDF& f) { element(f, "Link").getKey("/K").eraseItem(1); }},
    {"tab-order", [](QPDF& f) { first_page(f).removeKey("/Tabs"); }},
    {"parent-tree",
     [](QPDF& f) { f.getRoot().getKey("/StructTreeRoot").removeKey("/ParentTree"); }},
    {"content-lost", [](QPDF& f) { element(f, "P").removeKey("/K"); }},
    {"reading-order",
     [](QPDF& f) {
       Object kids = element(f, "Document").getKey("/K");
       Object first = kids.getArrayItem(0);
       kids.eraseItem(0);
       kids.insertItem(1, first);
     }},
    {"unmarked-content",
     [](QPDF& f) {
       Object page = first_page(f);
       page.addPageContents(f.newStream("0 0 10 10 re f"), true);
     }},
    {"unbalanced-marks",
     [](QPDF& f) {
       first_page(f).addPageContents(f.newStream("/Artifact BMC 0 0 10 10 re f"), false);
     }},
    {"bookmarks", [](QPDF& f) { f.getRoot().removeKey("/Outlines"); }},
    {"font-embedded",
     [](QPDF& f) {
       for (auto& [key, font] : first_page(f).getKey("/Resources").getKey("/Font").ditems()) {
         if (font.hasKey("/FontDescriptor")) font.getKey("/FontDescriptor").removeKey("/FontFile2");
       }
     }},
    {"structure-cycle",
     [](QPDF& f) { element(f, "P").getKey("/K").appendItem(element(f, "Document")); }},
};

TEST(PdfCheck, FindsEachDamage) {
  ASSERT_THAT(rules(good()), testing::IsEmpty());
  for (const Damage& damage : kDamages) {
    EXPECT_THAT(rules(broken(damage.apply)), testing::Contains(damage.rule));
  }
}

TEST(PdfCheck, RefusesWhatIsNoPdf) {
  EXPECT_FALSE(check_pdf(""));
  EXPECT_FALSE(check_pdf("not a PDF file"));
  std::string cut = good().substr(0, good().size() / 2);
  (void)check_pdf(cut);  // repaired or refused, never a crash
}

std::vector<std::string> lines_of_type(const PdfReport& report, const std::string& beginning) {
  std::vector<std::string> lines;
  for (const std::string& line : report.structure) {
    const std::string type = line.substr(line.find_first_not_of(' '));
    if (type.starts_with(beginning) && type != "Header") lines.push_back(type.substr(0, 2));
  }
  return lines;
}

std::vector<std::string> lines_with(const PdfReport& report, const std::string& words) {
  std::vector<std::string> lines;
  for (const std::string& line : report.structure) {
    if (line.find(words) != std::string::npos) lines.push_back(line);
  }
  return lines;
}

TEST(PdfCheck, AgreesWithChromiumOnTheSameDocument) {
  if (!std::filesystem::exists("/usr/bin/chromium")) GTEST_SKIP() << "chromium is not installed";
  const auto folder =
      std::filesystem::temp_directory_path() / ("daybreak-print-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "page.html") << to_html(sample()).value();
  const std::string command = "HOME=" + folder.string() +
                              " timeout 60 /usr/bin/chromium --headless --no-sandbox --disable-gpu "
                              "--disable-dev-shm-usage --no-pdf-header-footer --user-data-dir=" +
                              (folder / "profile").string() +
                              " --print-to-pdf=" + (folder / "page.pdf").string() + " file://" +
                              (folder / "page.html").string() + " >/dev/null 2>&1";
  const int code = std::system(command.c_str());
  std::ifstream file(folder / "page.pdf", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove_all(folder);
  if (code != 0 || bytes.empty()) GTEST_SKIP() << "chromium could not print here";
  const PdfReport theirs = check_pdf(bytes).value(), ours = check_pdf(good()).value();
  EXPECT_EQ(lines_of_type(ours, "H"), lines_of_type(theirs, "H"));
  EXPECT_EQ(lines_with(ours, "TH scope=").size(), lines_with(theirs, "TH scope=").size());
  // Chromium also tags the element around the picture.
  EXPECT_EQ(lines_with(ours, "alt=\"A code\"").size(), lines_with(theirs, "alt=\"A code\"").size());
  EXPECT_EQ(ours.tables, theirs.tables);
  EXPECT_EQ(ours.language, theirs.language);
}

}  // namespace
}  // namespace daybreak::doc
