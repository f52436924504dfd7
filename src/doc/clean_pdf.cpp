// SPDX-License-Identifier: AGPL-3.0-or-later
// The clean copy of a PDF: read and written again without what it says besides its pages. Streams
// are passed on as they are, never expanded, so that a small file cannot become a large one.
#include <qpdf/Buffer.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "doc/clean_copy.hpp"

namespace daybreak::doc {
namespace {

using Object = QPDFObjectHandle;

constexpr int kMostDepth = 50;  // of what lies directly in each other

// Carries a sink's failure through qpdf, which knows exceptions only.
struct SinkFailed {
  Error error;
};

class SinkPipeline : public Pipeline {
 public:
  explicit SinkPipeline(const Sink& sink) : Pipeline("clean copy", nullptr), sink_(sink) {}
  void write(unsigned char const* data, size_t size) override {
    if (auto done = sink_({reinterpret_cast<const char*>(data), size}); !done)
      throw SinkFailed{done.error()};
  }
  void finish() override {}

 private:
  const Sink& sink_;
};

// A photograph in the file is a JPEG with all that a camera writes into it.
void clean_photograph(Object stream) {
  Object filter = stream.getDict().getKey("/Filter");
  if (filter.isArray() && filter.getArrayNItems() == 1) filter = filter.getArrayItem(0);
  if (!filter.isName() || filter.getName() != "/DCTDecode") return;
  const auto raw = stream.getRawStreamData();
  const std::string_view jpeg(reinterpret_cast<const char*>(raw->getBuffer()), raw->getSize());
  if (file_type(jpeg) != FileType::kJpeg) return;
  std::string clean;
  const auto done = write_clean_jpeg(jpeg, [&](std::string_view piece) -> Result<void> {
    clean += piece;
    return {};
  });
  if (done)
    stream.replaceStreamData(clean, stream.getDict().getKey("/Filter"),
                             stream.getDict().getKey("/DecodeParms"));
}

void clean_dictionary(Object dictionary) {
  for (const char* key : {"/Metadata", "/PieceInfo", "/LastModified", "/AF", "/EmbeddedFiles",
                          "/JavaScript", "/AA", "/Thumb"})
    dictionary.removeKey(key);
  Object subtype = dictionary.getKey("/Subtype");
  const bool annotates = dictionary.hasKey("/Rect") && subtype.isName();
  if (!annotates || subtype.getName() == "/Widget") return;
  // Who annotated and when; the name of a form's field is written with the same letter.
  for (const char* key : {"/T", "/M", "/CreationDate", "/NM", "/FS"}) dictionary.removeKey(key);
}

void clean_object(Object object, int depth) {
  if (depth > kMostDepth) return;
  if (object.isStream()) {
    clean_photograph(object);
    object = object.getDict();
  }
  if (object.isDictionary()) {
    clean_dictionary(object);
    for (const auto& key : object.getKeys()) {
      Object inner = object.getKey(key);
      if (!inner.isIndirect()) clean_object(inner, depth + 1);
    }
  } else if (object.isArray()) {
    for (int i = 0; i < object.getArrayNItems(); ++i)
      if (Object inner = object.getArrayItem(i); !inner.isIndirect())
        clean_object(inner, depth + 1);
  }
}

}  // namespace

Result<void> write_clean_pdf(std::string_view content, const Sink& sink) {
  try {
    QPDF file;
    file.setSuppressWarnings(true);
    file.processMemoryFile("attachment", content.data(), content.size());
    if (file.isEncrypted())
      return fail(ErrorKind::kInvalid, "this file is locked, so it has no clean copy", "PDF",
                  "Keep the original only, or save it again without the lock");
    for (const Object& object : file.getAllObjects()) clean_object(object, 0);
    file.getTrailer().removeKey("/Info");
    file.getRoot().removeKey("/OpenAction");
    SinkPipeline pipeline(sink);
    QPDFWriter writer(file);
    writer.setOutputPipeline(&pipeline);
    writer.setDecodeLevel(qpdf_dl_none);
    writer.setDeterministicID(true);  // says nothing of this machine and moment
    writer.write();
    return {};
  } catch (const SinkFailed& failed) {
    return tl::make_unexpected(failed.error);
  } catch (const std::exception&) {
    return fail(ErrorKind::kInvalid, "this file is damaged, so it has no clean copy", "PDF",
                "Keep the original only, or save it again from its program");
  }
}

}  // namespace daybreak::doc
