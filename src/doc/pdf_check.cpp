// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <set>

#include "base/text.hpp"
#include "doc/pdf_check_file.hpp"
#include "doc/pdf_content.hpp"

namespace daybreak::doc {
namespace {

using Object = QPDFObjectHandle;

const std::set<std::string> kStandardTypes = {
    "Document",  "Part",    "Art",   "Sect",   "Div",    "BlockQuote", "Caption",  "TOC",
    "TOCI",      "Index",   "P",     "H",      "H1",     "H2",         "H3",       "H4",
    "H5",        "H6",      "L",     "LI",     "Lbl",    "LBody",      "Table",    "TR",
    "TH",        "TD",      "THead", "TBody",  "TFoot",  "Span",       "Quote",    "Note",
    "Reference", "Code",    "Link",  "Annot",  "Figure", "Formula",    "BibEntry", "Form",
    "NonStruct", "Private", "Ruby",  "Warichu"};

std::string text_of(Object object) {
  return object.isString() ? object.getUTF8Value() : std::string();
}
std::string name_of(Object object) {
  return object.isName() ? object.getName().substr(1) : std::string();
}

class Checker {
 public:
  explicit Checker(QPDF& file) : file_(file), catalog_(file.getRoot()) {}

  PdfReport run() {
    for (auto& page : QPDFPageDocumentHelper(file_).getAllPages()) {
      page_numbers_[page.getObjectHandle().getObjGen()] = static_cast<int>(pages_.size());
      pages_.push_back(page.getObjectHandle());
    }
    report_.pages = static_cast<int>(pages_.size());
    check_catalog();
    check_metadata();
    check_pages();
    check_structure();
    check_content_against_structure();
    check_outline();
    std::sort(report_.fonts.begin(), report_.fonts.end());
    report_.fonts.erase(std::unique(report_.fonts.begin(), report_.fonts.end()),
                        report_.fonts.end());
    return std::move(report_);
  }

 private:
  void find(std::string rule, std::string place, std::string message) {
    constexpr std::size_t kMost = 1000;
    if (report_.findings.size() < kMost) {
      report_.findings.push_back({std::move(rule), std::move(place), std::move(message)});
    }
  }
  static std::string page_place(int page) { return fmt::format("page {}", page + 1); }

  void check_catalog() {
    report_.language = text_of(catalog_.getKey("/Lang"));
    if (report_.language.size() < 2)
      find("language", "document", "The file does not say its language.");
    Object mark_info = catalog_.getKey("/MarkInfo");
    if (!mark_info.isDictionary() || !mark_info.getKey("/Marked").isBool() ||
        !mark_info.getKey("/Marked").getBoolValue()) {
      find("mark-info", "document", "The file does not say that it is tagged.");
    }
    Object viewer = catalog_.getKey("/ViewerPreferences");
    if (!viewer.isDictionary() || !viewer.getKey("/DisplayDocTitle").isBool() ||
        !viewer.getKey("/DisplayDocTitle").getBoolValue()) {
      find("title-shown", "document", "The window would show the file's name, not its title.");
    }
    if (file_.isEncrypted()) find("encrypted", "document", "The file is encrypted.");
    Object information = file_.getTrailer().getKey("/Info");
    if (information.isDictionary()) report_.title = text_of(information.getKey("/Title"));
  }

  void check_metadata() {
    Object metadata = catalog_.getKey("/Metadata");
    if (!metadata.isStream()) {
      find("metadata", "document", "The file has no XMP metadata.");
      return;
    }
    const auto buffer = metadata.getStreamData();
    const std::string xmp(reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize());
    report_.claims_ua = xmp.find("pdfuaid:part") != std::string::npos &&
                        xmp.find("<pdfuaid:part>1<") != std::string::npos;
    const std::size_t title = xmp.find("<dc:title>");
    const std::size_t words = title == std::string::npos ? title : xmp.find("<rdf:li", title);
    const std::size_t start = words == std::string::npos ? words : xmp.find('>', words);
    if (start == std::string::npos || start + 1 >= xmp.size() || xmp[start + 1] == '<') {
      find("title", "document", "The metadata has no title.");
    }
  }

  void check_pages() {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      const int page = static_cast<int>(i);
      marks_.push_back(read_marks(pages_[i]));
      if (marks_.back().unmarked > 0) {
        find("unmarked-content", page_place(page),
             fmt::format("{} painted parts are neither content nor artifact.",
                         marks_.back().unmarked));
      }
      if (marks_.back().unbalanced > 0) {
        find("unbalanced-marks", page_place(page), "Marked content is opened and not closed.");
      }
      check_fonts(pages_[i].getKey("/Resources"), page, 0);
      if (!pages_[i].getKey("/Annots").isArray()) continue;
      if (name_of(pages_[i].getKey("/Tabs")) != "S") {
        find("tab-order", page_place(page), "Links are not reached in reading order.");
      }
      for (auto& annotation : pages_[i].getKey("/Annots").aitems())
        check_annotation(annotation, page);
    }
  }

  void check_annotation(Object annotation, int page) {
    if (name_of(annotation.getKey("/Subtype")) != "Link") {
      find("annotation", page_place(page), "There is an annotation that is no link.");
      return;
    }
    ++report_.links;
    links_.emplace(annotation.getObjGen(), page);
    if (trim(text_of(annotation.getKey("/Contents"))).empty()) {
      find("link-words", page_place(page), "A link says nothing about where it leads.");
    }
    if (!annotation.hasKey("/A") && !annotation.getKey("/Dest").isArray() &&
        !annotation.getKey("/Dest").isString() && !annotation.getKey("/Dest").isName()) {
      find("link-target", page_place(page), "A link leads nowhere.");
    }
    if (!annotation.getKey("/StructParent").isInteger()) {
      find("link-structure", page_place(page), "A link is not in the structure.");
    }
  }

  void check_fonts(Object resources, int page, int depth) {
    if (!resources.isDictionary() || depth > 4) return;
    Object fonts = resources.getKey("/Font");
    if (fonts.isDictionary()) {
      for (auto& [key, font] : fonts.ditems()) check_font(font, page);
    }
    Object forms = resources.getKey("/XObject");
    if (!forms.isDictionary()) return;
    for (auto& [key, form] : forms.ditems()) {
      if (form.isStream()) check_fonts(form.getDict().getKey("/Resources"), page, depth + 1);
    }
  }

  void check_font(Object font, int page) {
    if (!font.isDictionary() || !seen_fonts_.insert(font.getObjGen()).second) return;
    std::string base = name_of(font.getKey("/BaseFont"));
    if (base.size() > 7 && base[6] == '+') base = base.substr(7);
    report_.fonts.push_back(base);
    Object holder = font;
    if (name_of(font.getKey("/Subtype")) == "Type0") {
      Object descendants = font.getKey("/DescendantFonts");
      if (descendants.isArray() && descendants.getArrayNItems() > 0)
        holder = descendants.getArrayItem(0);
      if (!font.getKey("/ToUnicode").isStream()) {
        find("font-unicode", page_place(page), "The letters of font " + base + " have no meaning.");
      }
    }
    Object descriptor = holder.getKey("/FontDescriptor");
    const bool embedded = descriptor.isDictionary() &&
                          (descriptor.hasKey("/FontFile") || descriptor.hasKey("/FontFile2") ||
                           descriptor.hasKey("/FontFile3"));
    if (!embedded && name_of(font.getKey("/Subtype")) != "Type3") {
      find("font-embedded", page_place(page), "Font " + base + " is not in the file.");
    }
  }

  void check_structure() {
    Object root = catalog_.getKey("/StructTreeRoot");
    if (!root.isDictionary()) {
      find("structure", "document", "The file has no structure tree.");
      return;
    }
    roles_ = root.getKey("/RoleMap");
    walk_kids(root, "", -1, 0);
  }

  std::string type_of(Object element) {
    std::string type = name_of(element.getKey("/S"));
    for (int i = 0; i < 8 && !kStandardTypes.contains(type) && roles_.isDictionary(); ++i) {
      Object role = roles_.getKey("/" + type);
      if (!role.isName()) break;
      type = name_of(role);
    }
    return type;
  }

  void walk_kids(Object element, const std::string& parent, int page, int depth) {
    Object kids = element.getKey("/K");
    if (kids.isArray()) {
      for (auto& kid : kids.aitems()) walk(kid, element, parent, page, depth);
    } else if (!kids.isNull()) {
      walk(kids, element, parent, page, depth);
    }
  }

  int page_of(Object element, int inherited) {
    Object page = element.getKey("/Pg");
    if (!page.isDictionary()) return inherited;
    const auto found = page_numbers_.find(page.getObjGen());
    return found == page_numbers_.end() ? inherited : found->second;
  }

  void walk(Object kid, Object element, const std::string& type, int page, int depth) {
    if (kid.isInteger()) {
      content_.push_back({page, kid.getIntValueAsInt(), element.getObjGen(), out_of_line_ > 0});
      return;
    }
    if (!kid.isDictionary()) return;
    const std::string kind = name_of(kid.getKey("/Type"));
    if (kind == "MCR") {
      const int id = kid.getKey("/MCID").isInteger() ? kid.getKey("/MCID").getIntValueAsInt() : -1;
      content_.push_back({page_of(kid, page), id, element.getObjGen(), out_of_line_ > 0});
    } else if (kind == "OBJR") {
      if (type == "Link") tagged_links_.insert(kid.getKey("/Obj").getObjGen());
    } else if (depth < 200 && visited_.insert(kid.getObjGen()).second) {
      element_seen(kid, type, page_of(kid, page), depth);
    } else {
      find("structure-cycle", "document", "The structure tree runs in a circle or is too deep.");
    }
  }

  void element_seen(Object element, const std::string& parent, int page, int depth) {
    const std::string type = type_of(element);
    const std::string place = page < 0 ? "document" : page_place(page);
    if (!kStandardTypes.contains(type))
      find("type", place, "\"" + type + "\" is no standard structure type.");
    std::string line(static_cast<std::size_t>(2 * depth), ' ');
    line += type;
    check_element(element, type, parent, place, line);
    report_.structure.push_back(line);
    // What stands beside or below the text is painted apart from it.
    const bool apart = type == "Note" || type == "Table" || type == "Figure";
    out_of_line_ += apart;
    walk_kids(element, type, page, depth + 1);
    out_of_line_ -= apart;
  }

  void check_element(Object element, const std::string& type, const std::string& parent,
                     const std::string& place, std::string& line) {
    const std::string alternative = text_of(element.getKey("/Alt"));
    if (!alternative.empty()) line += " alt=\"" + alternative + "\"";
    if (element.hasKey("/Lang")) line += " lang=" + text_of(element.getKey("/Lang"));
    if (type == "Figure" || type == "Formula") {
      ++report_.figures;
      if (trim(alternative).empty() && trim(text_of(element.getKey("/ActualText"))).empty()) {
        find("figure-alt", place, "A figure has no words for those who cannot see it.");
      }
    }
    if (type == "TH") {
      const std::string scope = attribute(element, "/Scope");
      line += " scope=" + scope;
      if (scope != "Row" && scope != "Column" && scope != "Both") {
        find("header-scope", place,
             "A table header does not say whether it heads a row or a column.");
      }
    }
    if (type == "Note" && text_of(element.getKey("/ID")).empty()) {
      find("note-id", place, "A note has no identifier.");
    }
    if (type.size() == 2 && type[0] == 'H') check_heading(type[1] - '0', place);
    if (type == "Table") check_table(element, place);
    check_parent(type, parent, place);
  }

  static std::string attribute(Object element, const std::string& key) {
    Object attributes = element.getKey("/A");
    const auto value = [&](Object one) {
      return one.isDictionary() && one.hasKey(key) ? name_of(one.getKey(key)) : std::string();
    };
    if (!attributes.isArray()) return value(attributes);
    for (auto& one : attributes.aitems()) {
      if (const std::string found = value(one); !found.empty()) return found;
    }
    return {};
  }

  void check_heading(int level, const std::string& place) {
    ++report_.headings;
    if (level > last_heading_ + 1) {
      find("heading-order", place,
           last_heading_ == 0 ? fmt::format("The first heading has level {}, not 1.", level)
                              : fmt::format("A heading of level {} follows one of level {}.", level,
                                            last_heading_));
    }
    last_heading_ = level;
  }

  void check_parent(const std::string& type, const std::string& parent, const std::string& place) {
    static const std::map<std::string, std::set<std::string>> kParents = {
        {"LI", {"L"}},        {"Lbl", {"LI", "Note", "TOCI", "BibEntry"}},
        {"LBody", {"LI"}},    {"TR", {"Table", "THead", "TBody", "TFoot"}},
        {"TH", {"TR"}},       {"TD", {"TR"}},
        {"THead", {"Table"}}, {"TBody", {"Table"}},
        {"TFoot", {"Table"}}, {"TOCI", {"TOC"}}};
    const auto rule = kParents.find(type);
    if (rule != kParents.end() && !rule->second.contains(parent)) {
      find("nesting", place,
           fmt::format("{} stands inside {}.", type, parent.empty() ? "nothing" : parent));
    }
  }

  void check_table(Object table, const std::string& place) {
    ++report_.tables;
    std::set<int> widths;
    bool has_header = false;
    const auto count_row = [&](Object row) {
      int width = 0;
      each_kid(row, [&](Object cell) {
        has_header = has_header || type_of(cell) == "TH";
        Object attributes = cell.getKey("/A");
        Object span = attributes.isDictionary() ? attributes.getKey("/ColSpan") : Object::newNull();
        width += span.isInteger() ? std::max(1, span.getIntValueAsInt()) : 1;
      });
      widths.insert(width);
    };
    each_kid(table, [&](Object part) {
      const std::string type = type_of(part);
      if (type == "TR") count_row(part);
      if (type == "THead" || type == "TBody" || type == "TFoot") each_kid(part, count_row);
    });
    if (widths.size() > 1)
      find("table-regular", place, "The rows of a table have different widths.");
    if (!has_header) find("table-header", place, "A table has no header cell.");
  }

  template <typename Visitor>
  static void each_kid(Object element, Visitor visitor) {
    Object kids = element.getKey("/K");
    if (kids.isDictionary() && kids.hasKey("/S")) visitor(kids);
    if (!kids.isArray()) return;
    for (auto& kid : kids.aitems()) {
      if (kid.isDictionary() && kid.hasKey("/S")) visitor(kid);
    }
  }

  // Each mark on a page hangs in the tree once, the page's parent array agrees, and on one page the
  // order of the tree is the order of painting.
  void check_content_against_structure() {
    std::vector<std::map<int, QPDFObjGen>> owners(pages_.size());
    std::vector<int> last(pages_.size(), -1);
    for (const Content& content : content_) {
      if (content.page < 0 || content.page >= report_.pages) {
        find("content-page", "document", "Content in the structure belongs to no page.");
        continue;
      }
      const auto page = static_cast<std::size_t>(content.page);
      const std::string place = fmt::format("{} mark {}", page_place(content.page), content.id);
      if (!owners[page].emplace(content.id, content.owner).second) {
        find("content-twice", place, "The same content hangs in the structure twice.");
      }
      if (content.apart) continue;
      if (content.id < last[page])
        find("reading-order", place, "The structure reads this out of order.");
      last[page] = content.id;
    }
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      for (const int id : marks_[page].ids) {
        if (!owners[page].contains(id)) {
          find("content-lost", fmt::format("{} mark {}", page_place(static_cast<int>(page)), id),
               "Content is not in the structure.");
        }
      }
      check_parent_tree(page, owners[page]);
    }
    for (const auto& [link, page] : links_) {
      if (!tagged_links_.contains(link)) {
        find("link-structure", page_place(page), "A link is not inside a Link of the structure.");
      }
    }
  }

  void check_parent_tree(std::size_t page, const std::map<int, QPDFObjGen>& owners) {
    if (owners.empty()) return;
    Object number = pages_[page].getKey("/StructParents");
    Object root = catalog_.getKey("/StructTreeRoot");
    Object parents = number.isInteger() && root.isDictionary()
                         ? number_tree_item(root.getKey("/ParentTree"), number.getIntValue(), 0)
                         : Object::newNull();
    for (const auto& [id, owner] : owners) {
      if (!parents.isArray() || id < 0 || id >= parents.getArrayNItems() ||
          parents.getArrayItem(id).getObjGen() != owner) {
        find("parent-tree", page_place(static_cast<int>(page)),
             "The page does not find its content's place in the structure.");
        return;
      }
    }
  }

  static Object number_tree_item(Object node, long long number, int depth) {
    if (!node.isDictionary() || depth > 20) return Object::newNull();
    Object numbers = node.getKey("/Nums");
    for (int i = 0; numbers.isArray() && i + 1 < numbers.getArrayNItems(); i += 2) {
      if (numbers.getArrayItem(i).isInteger() && numbers.getArrayItem(i).getIntValue() == number) {
        return numbers.getArrayItem(i + 1);
      }
    }
    Object kids = node.getKey("/Kids");
    for (int i = 0; kids.isArray() && i < kids.getArrayNItems(); ++i) {
      Object found = number_tree_item(kids.getArrayItem(i), number, depth + 1);
      if (!found.isNull()) return found;
    }
    return Object::newNull();
  }

  void check_outline() {
    Object outlines = catalog_.getKey("/Outlines");
    if (outlines.isDictionary()) count_bookmarks(outlines.getKey("/First"), 0);
    if (report_.bookmarks == 0 && report_.pages > 5 && report_.headings > 3) {
      find("bookmarks", "document", "A long document has no bookmarks.");
    }
  }

  void count_bookmarks(Object item, int depth) {
    std::set<QPDFObjGen> seen;
    while (item.isDictionary() && depth < 10 && seen.insert(item.getObjGen()).second) {
      ++report_.bookmarks;
      count_bookmarks(item.getKey("/First"), depth + 1);
      item = item.getKey("/Next");
    }
  }

  struct Content {
    int page, id;
    QPDFObjGen owner;
    bool apart;
  };

  QPDF& file_;
  Object catalog_, roles_;
  PdfReport report_;
  std::vector<Object> pages_;
  std::map<QPDFObjGen, int> page_numbers_;
  std::vector<MarkedPage> marks_;
  std::vector<Content> content_;
  std::map<QPDFObjGen, int> links_;
  std::set<QPDFObjGen> tagged_links_, visited_, seen_fonts_;
  int last_heading_ = 0;
  int out_of_line_ = 0;
};

}  // namespace

PdfReport check_file(QPDF& file) { return Checker(file).run(); }

Result<PdfReport> check_pdf(std::string_view bytes) {
  try {
    QPDF file;
    file.setSuppressWarnings(true);
    file.processMemoryFile("file", bytes.data(), bytes.size());
    return check_file(file);
  } catch (const std::exception& error) {
    // libqpdf reports a damaged file by exceptions.
    return fail(ErrorKind::kInvalid, std::string("not a readable PDF file: ") + error.what(),
                "file", "Save it again from the program that made it.");
  }
}

}  // namespace daybreak::doc
