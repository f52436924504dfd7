// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/clean_copy.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/text.hpp"

namespace daybreak::doc {
namespace {

constexpr std::string_view kJpegStart = "\xff\xd8\xff";
constexpr std::string_view kPngStart = "\x89PNG\r\n\x1a\n";

struct TypeWords {
  std::string_view code, extension, media;
};
constexpr std::array<TypeWords, 12> kTypes = {{{"jpeg", ".jpg", "image/jpeg"},
                                               {"png", ".png", "image/png"},
                                               {"pdf", ".pdf", "application/pdf"},
                                               {"gif", ".gif", "image/gif"},
                                               {"webp", ".webp", "image/webp"},
                                               {"heif", ".heic", "image/heic"},
                                               {"tiff", ".tif", "image/tiff"},
                                               {"video", ".mp4", "video/mp4"},
                                               {"sound", ".audio", "application/octet-stream"},
                                               {"office", ".zip", "application/octet-stream"},
                                               {"text", ".txt", "text/plain; charset=utf-8"},
                                               {"other", ".bin", "application/octet-stream"}}};
const TypeWords& words_of(FileType type) { return kTypes.at(static_cast<std::size_t>(type)); }

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorKind::kInvalid, "this file is damaged, so it has no clean copy",
              std::string(what), "Keep the original only, or save it again from its program");
}

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t count,
                        bool little = false) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + (little ? count - 1 - i : i)]);
  return value;
}

FileType boxed_type(std::string_view brand) {
  for (const std::string_view one : {"heic", "heix", "hevc", "mif1", "msf1", "avif"})
    if (brand == one) return FileType::kHeif;
  return brand == "M4A " || brand == "M4B " ? FileType::kSound : FileType::kVideo;
}

bool is_plain_text(std::string_view content) {
  return !content.empty() && is_valid_utf8(content) &&
         std::none_of(content.begin(), content.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
         });
}

// How the picture is turned (1 to 8), of an EXIF segment; 1 when it does not say.
std::uint16_t orientation_of(std::string_view exif) {
  if (!exif.starts_with(std::string_view("Exif\0\0", 6)) || exif.size() < 14) return 1;
  const std::string_view tiff = exif.substr(6);
  const bool little = tiff.starts_with("II");
  const std::size_t table = number_at(tiff, 4, 4, little);
  if (table > tiff.size() || tiff.size() - table < 2) return 1;
  const std::size_t entries = number_at(tiff, table, 2, little);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = table + 2 + 12 * i;
    if (at + 12 > tiff.size()) return 1;
    if (number_at(tiff, at, 2, little) != 0x0112) continue;
    const std::uint32_t value = number_at(tiff, at + 8, 2, little);
    return value >= 1 && value <= 8 ? static_cast<std::uint16_t>(value) : std::uint16_t{1};
  }
  return 1;
}

// An EXIF segment that says this and nothing else.
std::string orientation_segment(std::uint16_t orientation) {
  using namespace std::string_literals;
  std::string segment =
      "\xff\xe1\x00\x22"
      "Exif\0\0"
      "MM\0\x2a\0\0\0\x08"
      "\0\x01"
      "\x01\x12\0\x03\0\0\0\x01\0"s;
  segment += static_cast<char>(orientation);
  segment +=
      "\0\0"
      "\0\0\0\0"s;
  return segment;
}

// A preview inside JFIF has its size in the last two bytes of the head.
bool is_plain_jfif(std::string_view body) {
  return body.starts_with(std::string_view("JFIF\0", 5)) && body.size() == 14 && body[12] == 0 &&
         body[13] == 0;
}

bool shows_the_picture(unsigned marker, std::string_view body) {
  if (marker == 0xe0) return is_plain_jfif(body);
  if (marker == 0xee) return body.starts_with("Adobe");  // how its colours are meant
  return !(marker >= 0xe1 && marker <= 0xef) && marker != 0xfe;
}

// The end of what follows a scan's head: the next marker that is not part of the picture.
std::size_t end_of_scan(std::string_view content, std::size_t at) {
  for (; at + 1 < content.size(); ++at) {
    if (content[at] != '\xff') continue;
    const auto next = static_cast<unsigned char>(content[at + 1]);
    if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return content.size();
}

Result<void> write_clean_png(std::string_view content, const Sink& sink) {
  constexpr std::array<std::string_view, 10> kKept = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS",
                                                      "gAMA", "cHRM", "sRGB", "sBIT", "bKGD"};
  TRY(sink(content.substr(0, kPngStart.size())));
  for (std::size_t at = kPngStart.size(); at + 12 <= content.size();) {
    const std::size_t whole = std::size_t{12} + number_at(content, at, 4);
    if (whole > content.size() - at) return damaged("PNG");
    const std::string_view name = content.substr(at + 4, 4);
    if (std::find(kKept.begin(), kKept.end(), name) != kKept.end())
      TRY(sink(content.substr(at, whole)));
    if (name == "IEND") return {};
    at += whole;
  }
  return damaged("PNG");
}

}  // namespace

FileType file_type(std::string_view content) {
  if (content.starts_with(kJpegStart)) return FileType::kJpeg;
  if (content.starts_with(kPngStart)) return FileType::kPng;
  if (content.starts_with("%PDF-")) return FileType::kPdf;
  if (content.starts_with("GIF87a") || content.starts_with("GIF89a")) return FileType::kGif;
  if (content.starts_with("RIFF") && content.substr(0, 12).ends_with("WEBP"))
    return FileType::kWebp;
  if (content.starts_with("RIFF") || content.starts_with("ID3") || content.starts_with("OggS") ||
      content.starts_with("fLaC"))
    return FileType::kSound;
  if (content.size() > 12 && content.substr(4, 4) == "ftyp")
    return boxed_type(content.substr(8, 4));
  if (content.starts_with(std::string_view("II*\0", 4)) ||
      content.starts_with(std::string_view("MM\0*", 4)))
    return FileType::kTiff;
  if (content.starts_with("PK\x03\x04")) return FileType::kOffice;
  return is_plain_text(content) ? FileType::kText : FileType::kOther;
}

std::string_view code_of(FileType type) { return words_of(type).code; }
FileType type_from(std::string_view code) {
  for (int i = 0; i < static_cast<int>(FileType::kOther); ++i)
    if (code_of(static_cast<FileType>(i)) == code) return static_cast<FileType>(i);
  return FileType::kOther;
}
std::string_view extension_of(FileType type) { return words_of(type).extension; }
std::string_view media_type_of(FileType type) { return words_of(type).media; }

bool has_clean_copy(FileType type) {
  return type == FileType::kJpeg || type == FileType::kPng || type == FileType::kPdf;
}

Result<void> write_clean_jpeg(std::string_view content, const Sink& sink) {
  TRY(sink(content.substr(0, 2)));
  for (std::size_t at = 2; at + 4 <= content.size() || content.substr(at) == "\xff\xd9";) {
    if (content[at] != '\xff') return damaged("JPEG");
    const auto marker = static_cast<unsigned char>(content[at + 1]);
    if (marker == 0xff) {  // filling
      ++at;
      continue;
    }
    if (marker == 0xd9) return sink(content.substr(at, 2));
    const std::size_t size = number_at(content, at + 2, 2);
    if (size < 2 || size > content.size() - at - 2) return damaged("JPEG");
    const std::string_view body = content.substr(at + 4, size - 2);
    const std::size_t next = at + 2 + size;
    if (marker == 0xe1)
      if (const auto turned = orientation_of(body); turned != 1)
        TRY(sink(orientation_segment(turned)));
    const std::size_t end = marker == 0xda ? end_of_scan(content, next) : next;
    if (shows_the_picture(marker, body)) TRY(sink(content.substr(at, end - at)));
    at = end;
  }
  return damaged("JPEG");
}

Result<void> write_clean_copy(FileType type, std::string_view content, const Sink& sink) {
  switch (type) {
    case FileType::kJpeg:
      return write_clean_jpeg(content, sink);
    case FileType::kPng:
      return write_clean_png(content, sink);
    case FileType::kPdf:
      return write_clean_pdf(content, sink);
    default:
      return fail(ErrorKind::kInvalid, "this type of file has no clean copy");
  }
}

}  // namespace daybreak::doc
