// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/clean_copy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "doc/pdf.hpp"

namespace daybreak::doc {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

std::string segment(unsigned char marker, const std::string& body) {
  const std::size_t size = body.size() + 2;
  return "\xff"s + static_cast<char>(marker) + static_cast<char>(size >> 8) +
         static_cast<char>(size & 0xff) + body;
}

const std::string kTables = segment(0xdb, std::string(65, '\x10')) +
                            segment(0xc0, "\x08\0\x01\0\x01\x01\x01\x11\0"s) +
                            segment(0xc4, std::string(20, '\x01'));
const std::string kScan = segment(0xda, "\x01\x01\0\0\x3f\0"s) + "ab\xff\0cd\xff\xd0""ef"s;
const std::string kSecondScan = segment(0xda, "\x01\x01\0\0\x3f\0"s) + "second"s;

// Little-endian EXIF: how the picture is turned (6), and a GPS block as cameras write it.
const std::string kExif = "Exif\0\0II*\0\x08\0\0\0\x02\0"s
                          "\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"s
                          "\x25\x88\x04\0\x01\0\0\0\x26\0\0\0"s
                          "\0\0\0\0"s
                          "GPSLatitude 42.88 GPSLongitude -78.87"s;

std::string photograph() {
  return "\xff\xd8"s + segment(0xe0, "JFIF\0\x01\x01\0\0\x01\0\x01\0\0"s) + segment(0xe1, kExif) +
         segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>Owner Canary</x:xmpmeta>"s) +
         segment(0xe2, "ICC_PROFILE\0profile of a phone"s) +
         segment(0xed, "Photoshop 3.0\0 8BIM byline Canary"s) + segment(0xfe, "taken at Canary"s) +
         segment(0xee, "Adobe\0\x64\0\0\0\0\x01"s) + kTables + kScan + kSecondScan + "\xff\xd9"s +
         "a film that follows the picture, Canary"s;
}

std::string clean(FileType type, std::string_view content) {
  std::string all;
  const auto done = write_clean_copy(type, content, [&](std::string_view piece) -> Result<void> {
    all += piece;
    return {};
  });
  EXPECT_TRUE(done) << done.error().describe();
  return all;
}

TEST(CleanCopy, TellsTypesByContent) {
  EXPECT_EQ(file_type(photograph()), FileType::kJpeg);
  EXPECT_EQ(file_type("%PDF-1.7 …"), FileType::kPdf);
  EXPECT_EQ(file_type("<html><script>alert(1)</script>"), FileType::kText);
  EXPECT_EQ(media_type_of(FileType::kText), "text/plain; charset=utf-8");
  EXPECT_EQ(file_type("\0\0\0\x18""ftypheic…"s), FileType::kHeif);
  EXPECT_EQ(file_type("MZ\x90\0"s), FileType::kOther);
  EXPECT_EQ(file_type(""), FileType::kOther);
}

TEST(CleanCopy, APhotographKeepsItsPictureAndHowItIsTurnedAndNothingElse) {
  const std::string copy = clean(FileType::kJpeg, photograph());
  EXPECT_THAT(copy, HasSubstr(kTables + kScan + kSecondScan));
  EXPECT_TRUE(copy.ends_with("\xff\xd9"));
  EXPECT_THAT(copy, HasSubstr("Adobe"));
  EXPECT_THAT(copy, HasSubstr("JFIF"));
  for (const char* gone : {"GPS", "Canary", "xmp", "ICC", "8BIM", "profile"})
    EXPECT_THAT(copy, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(copy, HasSubstr("MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06"s));
  EXPECT_EQ(clean(FileType::kJpeg, copy), copy) << "a clean copy of a clean copy differs";
}

TEST(CleanCopy, APreviewInsideGoesToo) {
  const std::string with_preview =
      "\xff\xd8"s + segment(0xe0, "JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01preview"s) + kTables + kScan +
      "\xff\xd9"s;
  EXPECT_THAT(clean(FileType::kJpeg, with_preview), Not(HasSubstr("preview")));
}

std::string chunk(const std::string& name, const std::string& data) {
  const auto size = static_cast<char>(data.size());
  return "\0\0\0"s + size + name + data + "CRC."s;
}

TEST(CleanCopy, APngKeepsOnlyItsPicture) {
  const std::string before = "\x89PNG\r\n\x1a\n"s + chunk("IHDR", "13 bytes long");
  const std::string picture = chunk("IDAT", "pixels") + chunk("IEND", "");
  const std::string file = before + chunk("tEXt", "Author Canary") + chunk("iTXt", "XMP Canary") +
                           chunk("eXIf", "GPS Canary") + chunk("tIME", "2026") + picture +
                           "Canary that follows";
  EXPECT_EQ(clean(FileType::kPng, file), before + picture);
}

std::string annotated_pdf() {
  const std::string made =
      to_pdf(Document{.title = "Canary of the title",
                      .date = Date{std::chrono::year(2026) / 11 / 21},
                      .blocks = {heading(1, "Shown"), paragraph("Words on the page.")}})
          .value();
  QPDF file;
  file.processMemoryFile("made", made.data(), made.size());
  const auto text = [](const std::string& words) { return QPDFObjectHandle::newString(words); };
  file.getTrailer().getKey("/Info").replaceKey("/Author", text("Canary author"));
  auto page = file.getAllPages().at(0);
  auto note = QPDFObjectHandle::parse(
      "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /T (Canary annotator) /Contents (kept) >>");
  page.replaceKey("/Annots", QPDFObjectHandle::newArray({note}));
  auto image = file.newStream(photograph());
  image.getDict().replaceKey("/Subtype", QPDFObjectHandle::newName("/Image"));
  image.getDict().replaceKey("/Filter", QPDFObjectHandle::newName("/DCTDecode"));
  page.replaceKey("/ExampleImage", image);
  page.replaceKey("/PieceInfo", QPDFObjectHandle::parse("<< /App << /Private (Canary private) >> >>"));
  auto names = QPDFObjectHandle::newDictionary();
  names.replaceKey("/EmbeddedFiles",
                   QPDFObjectHandle::parse("<< /Names [(a) << /F (Canary file) >>] >>"));
  file.getRoot().replaceKey("/Names", names);
  QPDFWriter writer(file);
  writer.setOutputMemory();
  writer.setObjectStreamMode(qpdf_o_disable);
  writer.setDecodeLevel(qpdf_dl_none);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

// All objects and raw streams as one text.
std::string inside_of(const std::string& pdf) {
  QPDF file;
  file.processMemoryFile("copy", pdf.data(), pdf.size());
  std::string all = file.getTrailer().unparseResolved();
  for (auto& object : file.getAllObjects()) {
    all += object.isStream() ? object.getDict().unparse() : object.unparseResolved();
    if (!object.isStream()) continue;
    const auto raw = object.getRawStreamData();
    all.append(reinterpret_cast<const char*>(raw->getBuffer()), raw->getSize());
  }
  return all;
}

TEST(CleanCopy, APdfKeepsItsPages) {
  const std::string file = annotated_pdf();
  const std::string before = inside_of(file);
  for (const char* there : {"Canary author", "Canary annotator", "Canary file", "GPSLatitude",
                            "Canary private", "/Metadata", "/Info"})
    EXPECT_THAT(before, HasSubstr(there)) << "the example proves nothing";
  const std::string after = inside_of(clean(FileType::kPdf, file));
  for (const char* gone : {"Canary", "GPS", "/Metadata", "/Info", "xmpmeta", "/EmbeddedFiles"})
    EXPECT_THAT(after, Not(HasSubstr(gone))) << gone;
  EXPECT_THAT(after, HasSubstr("kept"));
  EXPECT_THAT(after, HasSubstr(kTables + kScan));
  EXPECT_THAT(after, HasSubstr("/Contents"));
}

TEST(CleanCopy, DamagedAndLockedFilesHaveNone) {
  const auto nowhere = [](std::string_view) -> Result<void> { return {}; };
  const std::string picture = photograph();
  for (std::size_t size = 3; size < picture.find("\xff\xd9"); size += 7) {
    const auto cut = write_clean_copy(FileType::kJpeg, picture.substr(0, size), nowhere);
    ASSERT_FALSE(cut) << size;
    ASSERT_EQ(cut.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_FALSE(write_clean_copy(FileType::kPng, "\x89PNG\r\n\x1a\n\xff\xff\xff\xffIDAT....", nowhere));
  EXPECT_FALSE(write_clean_copy(FileType::kPdf, "%PDF-1.7 nothing of it", nowhere));
  const std::string open = annotated_pdf();
  QPDF file;
  file.processMemoryFile("open", open.data(), open.size());
  QPDFWriter writer(file);
  writer.setOutputMemory();
  writer.setR6EncryptionParameters("secret", "owner", true, true, true, true, true, true,
                                   qpdf_r3p_full, true);
  writer.write();
  const auto locked = writer.getBufferSharedPointer();
  EXPECT_FALSE(write_clean_copy(
      FileType::kPdf, {reinterpret_cast<const char*>(locked->getBuffer()), locked->getSize()},
      nowhere));
}

TEST(CleanCopy, FailsAsTheSinkDoes) {
  const auto full = [](std::string_view) -> Result<void> {
    return fail(ErrorKind::kUnavailable, "the disk is full");
  };
  EXPECT_EQ(write_clean_copy(FileType::kPdf, annotated_pdf(), full).error().kind,
            ErrorKind::kUnavailable);
  EXPECT_EQ(write_clean_copy(FileType::kJpeg, photograph(), full).error().kind,
            ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace daybreak::doc
