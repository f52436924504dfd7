// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_finish.hpp"

#include <fmt/format.h>
#include <functional>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "doc/html_edition.hpp"
#include "doc/pdf_check_file.hpp"
#include "doc/pdf_content.hpp"

namespace daybreak::doc {
namespace {

using Object = QPDFObjectHandle;

Object name(const std::string& words) { return Object::newName("/" + words); }
Object words(const std::string& text) { return Object::newUnicodeString(text); }
Object integer(long long number) { return Object::newInteger(number); }
Object real(double number) { return Object::newReal(number, 2); }

class Finisher {
 public:
  Finisher(const Document& document, const Survey& survey, const Painted& painted,
           const Structure& structure)
      : document_(document), survey_(survey), painted_(painted), structure_(structure) {}

  Result<std::string> run() {
    file_.processMemoryFile("document", painted_.bytes.data(), painted_.bytes.size());
    for (auto& page : QPDFPageDocumentHelper(file_).getAllPages())
      pages_.push_back(page.getObjectHandle());
    if (pages_.size() != painted_.marks.size()) {
      return fail(ErrorKind::kInternal, "the drawing has not as many pages as were painted", "PDF");
    }
    for (std::size_t i = 0; i < pages_.size(); ++i) TRY(prepare_page(i));
    make_structure();
    make_outline();
    make_catalog();
    make_information();
    const PdfReport report = check_file(file_);
    make_metadata(report.passes());
    return write();
  }

 private:
  Result<void> prepare_page(std::size_t index) {
    Object page = pages_[index];
    MarkedPage marks;
    const std::string content = with_artifacts(page, marks);
    page.replaceKey("/Contents", file_.newStream(content));
    page.replaceKey("/StructParents", integer(static_cast<long long>(index)));
    page.replaceKey("/Tabs", name("S"));
    page.removeKey("/Annots");
    const std::vector<int>& ids = marks.ids;
    bool as_painted = static_cast<int>(ids.size()) == painted_.marks[index];
    for (std::size_t i = 0; i < ids.size(); ++i)
      as_painted = as_painted && ids[i] == static_cast<int>(i);
    if (!as_painted) {
      return fail(ErrorKind::kInternal, "marked content is not what was painted",
                  fmt::format("PDF page {}", index + 1));
    }
    parents_.push_back(std::vector<Object>(ids.size(), Object::newNull()));
    return {};
  }

  Object destination(const std::string& anchor) {
    const auto found = painted_.destinations.find(anchor);
    if (found == painted_.destinations.end()) return Object::newNull();
    Object target = Object::newArray();
    target.appendItem(pages_[static_cast<std::size_t>(found->second.page)]);
    target.appendItem(name("XYZ"));
    target.appendItem(Object::newNull());
    target.appendItem(real(found->second.y));
    target.appendItem(Object::newNull());
    return target;
  }

  void make_structure() {
    std::vector<Object> elements;
    for (std::size_t i = 0; i < structure_.nodes.size(); ++i) {
      elements.push_back(file_.makeIndirectObject(Object::newDictionary()));
    }
    Object root = file_.makeIndirectObject(Object::newDictionary());
    root.replaceKey("/Type", name("StructTreeRoot"));
    for (std::size_t i = 0; i < structure_.nodes.size(); ++i) {
      const StructureNode& node = structure_.nodes[i];
      Object parent = node.parent < 0 ? root : elements[static_cast<std::size_t>(node.parent)];
      fill_element(elements[i], parent, node, elements);
    }
    root.replaceKey("/K", elements[0]);
    Object numbers = Object::newArray();
    for (std::size_t page = 0; page < parents_.size(); ++page) {
      numbers.appendItem(integer(static_cast<long long>(page)));
      numbers.appendItem(file_.makeIndirectObject(Object::newArray(parents_[page])));
    }
    for (std::size_t i = 0; i < annotation_parents_.size(); ++i) {
      numbers.appendItem(integer(static_cast<long long>(parents_.size() + i)));
      numbers.appendItem(annotation_parents_[i]);
    }
    Object tree = Object::newDictionary();
    tree.replaceKey("/Nums", numbers);
    root.replaceKey("/ParentTree", file_.makeIndirectObject(tree));
    root.replaceKey("/ParentTreeNextKey",
                    integer(static_cast<long long>(parents_.size() + annotation_parents_.size())));
    if (!ids_.empty()) root.replaceKey("/IDTree", id_tree());
    file_.getRoot().replaceKey("/StructTreeRoot", root);
  }

  Object id_tree() {
    Object names = Object::newArray();
    std::string first, last;
    for (auto& [id, element] : ids_) {
      if (first.empty()) first = id;
      last = id;
      names.appendItem(Object::newString(id));
      names.appendItem(element);
    }
    Object leaf = Object::newDictionary();
    leaf.replaceKey("/Names", names);
    Object limits = Object::newArray();
    limits.appendItem(Object::newString(first));
    limits.appendItem(Object::newString(last));
    leaf.replaceKey("/Limits", limits);
    Object kids = Object::newArray();
    kids.appendItem(file_.makeIndirectObject(leaf));
    Object tree = Object::newDictionary();
    tree.replaceKey("/Kids", kids);
    return file_.makeIndirectObject(tree);
  }

  void fill_element(Object element, Object parent, const StructureNode& node,
                    std::vector<Object>& elements) {
    element.replaceKey("/Type", name("StructElem"));
    element.replaceKey("/S", name(node.type));
    element.replaceKey("/P", parent);
    if (!node.alternative.empty()) element.replaceKey("/Alt", words(node.alternative));
    if (!node.language.empty()) element.replaceKey("/Lang", words(node.language));
    if (!node.id.empty()) {
      element.replaceKey("/ID", Object::newString(node.id));
      ids_.emplace(node.id, element);
    }
    add_attributes(element, node);
    Object kids = Object::newArray();
    for (const StructureKid& kid : node.kids) {
      const auto number = static_cast<std::size_t>(kid.number);
      if (kid.kind == StructureKid::Kind::kNode) {
        kids.appendItem(elements[number]);
      } else if (kid.kind == StructureKid::Kind::kSlot) {
        for (const MarkedContent& content : structure_.slots[number].contents) {
          add_content(kids, element, content);
        }
      } else {
        for (const int link : node.links) kids.appendItem(make_link(element, link));
      }
    }
    if (kids.getArrayNItems() > 0) element.replaceKey("/K", kids);
  }

  void add_attributes(Object element, const StructureNode& node) {
    Object attributes = Object::newDictionary();
    if (node.type == "TH" || node.type == "TD") {
      if (node.scope.empty() && node.columns == 1) return;
      attributes.replaceKey("/O", name("Table"));
      if (!node.scope.empty()) attributes.replaceKey("/Scope", name(node.scope));
      if (node.columns > 1) attributes.replaceKey("/ColSpan", integer(node.columns));
    } else if (node.page >= 0) {
      attributes.replaceKey("/O", name("Layout"));
      Object box = Object::newArray();
      for (const double value : node.box) box.appendItem(real(value));
      attributes.replaceKey("/BBox", box);
      attributes.replaceKey("/Placement", name("Block"));
    } else {
      return;
    }
    element.replaceKey("/A", attributes);
  }

  void add_content(Object kids, Object element, const MarkedContent& content) {
    const auto page = static_cast<std::size_t>(content.page);
    parents_[page][static_cast<std::size_t>(content.id)] = element;
    if (!element.hasKey("/Pg")) element.replaceKey("/Pg", pages_[page]);
    if (element.getKey("/Pg").getObjGen() == pages_[page].getObjGen()) {
      kids.appendItem(integer(content.id));
      return;
    }
    Object reference = Object::newDictionary();
    reference.replaceKey("/Type", name("MCR"));
    reference.replaceKey("/Pg", pages_[page]);
    reference.replaceKey("/MCID", integer(content.id));
    kids.appendItem(reference);
  }

  Object make_link(Object element, int index) {
    const LinkArea& area = painted_.links[static_cast<std::size_t>(index)];
    Object page = pages_[static_cast<std::size_t>(area.page)];
    Object annotation = Object::newDictionary();
    annotation.replaceKey("/Type", name("Annot"));
    annotation.replaceKey("/Subtype", name("Link"));
    Object rectangle = Object::newArray();
    for (const double value : {area.x1, area.y1, area.x2, area.y2})
      rectangle.appendItem(real(value));
    annotation.replaceKey("/Rect", rectangle);
    annotation.replaceKey("/Border", Object::parse("[0 0 0]"));
    annotation.replaceKey("/F", integer(4));
    annotation.replaceKey("/Contents", words(area.words));
    annotation.replaceKey(
        "/StructParent",
        integer(static_cast<long long>(pages_.size() + annotation_parents_.size())));
    annotation_parents_.push_back(element);
    if (area.target.starts_with('#')) {
      annotation.replaceKey("/Dest", destination(area.target.substr(1)));
    } else {
      Object action = Object::newDictionary();
      action.replaceKey("/S", name("URI"));
      action.replaceKey("/URI", Object::newString(area.target));
      annotation.replaceKey("/A", action);
    }
    annotation = file_.makeIndirectObject(annotation);
    if (!page.hasKey("/Annots")) page.replaceKey("/Annots", Object::newArray());
    page.getKey("/Annots").appendItem(annotation);
    Object reference = Object::newDictionary();
    reference.replaceKey("/Type", name("OBJR"));
    reference.replaceKey("/Pg", page);
    reference.replaceKey("/Obj", annotation);
    return reference;
  }

  void make_outline() {
    struct Entry {
      int level;
      Object item;
      std::vector<Object> kids;
    };
    Object root = file_.makeIndirectObject(Object::newDictionary());
    root.replaceKey("/Type", name("Outlines"));
    std::vector<Entry> open = {{0, root, {}}};
    int entries = 0;
    const auto close = [&] {
      Entry entry = std::move(open.back());
      open.pop_back();
      link_siblings(entry.item, entry.kids, entry.level <= 1);
    };
    for (const SurveyedHeading& heading : survey_.headings()) {
      Object target = destination(heading.anchor);
      if (!heading.in_contents || target.isNull()) continue;
      while (open.back().level >= heading.level) close();
      Object item = file_.makeIndirectObject(Object::newDictionary());
      item.replaceKey("/Title", words(heading.words));
      item.replaceKey("/Dest", target);
      item.replaceKey("/Parent", open.back().item);
      open.back().kids.push_back(item);
      open.push_back({heading.level, item, {}});
      ++entries;
    }
    while (!open.empty()) close();
    if (entries == 0) return;
    file_.getRoot().replaceKey("/Outlines", root);
    if (entries > 3) file_.getRoot().replaceKey("/PageMode", name("UseOutlines"));
  }

  static void link_siblings(Object parent, std::vector<Object>& kids, bool shown) {
    if (kids.empty()) return;
    for (std::size_t i = 0; i < kids.size(); ++i) {
      if (i > 0) kids[i].replaceKey("/Prev", kids[i - 1]);
      if (i + 1 < kids.size()) kids[i].replaceKey("/Next", kids[i + 1]);
    }
    parent.replaceKey("/First", kids.front());
    parent.replaceKey("/Last", kids.back());
    // A negative count says that the bookmark starts closed.
    const auto count = static_cast<long long>(kids.size());
    parent.replaceKey("/Count", integer(shown ? count : -count));
  }

  void make_catalog() {
    Object catalog = file_.getRoot();
    catalog.replaceKey("/Lang", words(document_.language));
    catalog.replaceKey("/MarkInfo", Object::parse("<< /Marked true >>"));
    catalog.replaceKey("/ViewerPreferences", Object::parse("<< /DisplayDocTitle true >>"));
    catalog.replaceKey("/PageLabels", Object::parse("<< /Nums [ 0 << /S /D /St 1 >> ] >>"));
    catalog.removeKey("/Version");
  }

  void make_information() {
    Object information = file_.getTrailer().getKey("/Info");
    if (!information.isDictionary()) {
      information = file_.makeIndirectObject(Object::newDictionary());
      file_.getTrailer().replaceKey("/Info", information);
    }
    information.replaceKey("/Title", words(document_.title));
    information.replaceKey("/Producer", words("Daybreak"));
    if (!document_.subject.empty()) information.replaceKey("/Subject", words(document_.subject));
    if (!document_.publisher.empty()) information.replaceKey("/Author", words(document_.publisher));
    make_metadata(false);
  }

  void make_metadata(bool universal) {
    const auto line = [](std::string_view open, const std::string& text, std::string_view close) {
      return text.empty() ? std::string() : fmt::format("{}{}{}\n", open, escape_html(text), close);
    };
    const std::string date = format_date(document_.date) + "T00:00:00Z";
    const std::string xmp =
        "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
        "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" "
        "xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n" +
        line("<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">", document_.title,
             "</rdf:li></rdf:Alt></dc:title>") +
        line("<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">", document_.subject,
             "</rdf:li></rdf:Alt></dc:description>") +
        line("<dc:creator><rdf:Seq><rdf:li>", document_.publisher,
             "</rdf:li></rdf:Seq></dc:creator>") +
        line("<dc:language><rdf:Bag><rdf:li>", document_.language,
             "</rdf:li></rdf:Bag></dc:language>") +
        line("<xmp:CreateDate>", date, "</xmp:CreateDate>") +
        "<pdf:Producer>Daybreak</pdf:Producer>\n" +
        (universal ? "<pdfuaid:part>1</pdfuaid:part>\n" : "") +
        "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n";
    Object stream = file_.newStream(xmp);
    stream.getDict().replaceKey("/Type", name("Metadata"));
    stream.getDict().replaceKey("/Subtype", name("XML"));
    file_.getRoot().replaceKey("/Metadata", stream);
  }

  std::string write() {
    QPDFWriter writer(file_);
    writer.setOutputMemory();
    writer.setMinimumPDFVersion("1.7");
    writer.setDeterministicID(true);
    writer.setObjectStreamMode(qpdf_o_generate);
    writer.setCompressStreams(true);
    writer.write();
    const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
    return std::string(reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize());
  }

  const Document& document_;
  const Survey& survey_;
  const Painted& painted_;
  const Structure& structure_;
  QPDF file_;
  std::vector<Object> pages_;
  std::vector<std::vector<Object>> parents_;  // page, mark -> element
  std::vector<Object> annotation_parents_;
  std::map<std::string, Object> ids_;
};

}  // namespace

Result<std::string> finish_pdf(const Document& document, const Survey& survey,
                               const Painted& painted, const Structure& structure) {
  return Finisher(document, survey, painted, structure).run();
}

}  // namespace daybreak::doc
