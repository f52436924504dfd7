// SPDX-License-Identifier: AGPL-3.0-or-later
// A copy of a file without what the file says besides what it shows: where and when a photograph
// was taken, with which device, who wrote a text and with what. What a file is is told by its
// bytes, never by its name. Nothing is decoded: pictures stay bit for bit, and what this program
// does not understand is not copied. Pure functions, safe to use from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.hpp"

namespace daybreak::doc {

enum class FileType : std::uint8_t {
  kJpeg,
  kPng,
  kPdf,
  kGif,
  kWebp,
  kHeif,
  kTiff,
  kVideo,
  kSound,
  kOffice,  // a zip: Word, Excel, OpenDocument
  kText,
  kOther
};
FileType file_type(std::string_view content);
std::string_view code_of(FileType type);        // "jpeg"
FileType type_from(std::string_view code);      // kOther for what is none
std::string_view extension_of(FileType type);   // ".jpg"
std::string_view media_type_of(FileType type);  // "image/jpeg"; text is never HTML

// JPEG, PNG and PDF have one; of other types only the original can be kept.
bool has_clean_copy(FileType type);

using Sink = std::function<Result<void>(std::string_view piece)>;
// JPEG: without EXIF (but for how the picture is turned), XMP, IPTC, comments, colour profiles,
// previews, and whatever follows the picture. PNG: the picture's own chunks only. PDF: without
// information, XMP, private data of programs, embedded files, scripts, names of those who
// annotated, and the same of the photographs in it.
// kInvalid when the file is damaged or locked with a password; then pieces may have gone out
// already. Fails as the sink does.
Result<void> write_clean_copy(FileType type, std::string_view content, const Sink& sink);

// Inside doc/ only.
Result<void> write_clean_jpeg(std::string_view content, const Sink& sink);
Result<void> write_clean_pdf(std::string_view content, const Sink& sink);

}  // namespace daybreak::doc
