// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/static_files.hpp"

#include <array>
#include <stdexcept>
#include <zlib.h>

#include "base/id.hpp"
#include "base/text.hpp"

namespace daybreak::http {
namespace {

struct StaticFile {
  std::string_view content_type, content;
  std::string compressed;  // empty when it would not be smaller
  std::string etag, compressed_etag;
};

std::string compress(std::string_view content) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  std::string packed(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return ended == Z_STREAM_END ? packed : std::string();
}

bool is_text(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.find("json") != std::string_view::npos ||
         content_type.find("svg") != std::string_view::npos ||
         content_type.find("javascript") != std::string_view::npos;
}

StaticFile prepare(const EmbeddedFile& file) {
  StaticFile prepared{content_type_of(file.name), file.content, {}, {}, {}};
  if (is_text(prepared.content_type) && file.content.size() > 512)
    prepared.compressed = compress(file.content);
  if (prepared.compressed.size() >= file.content.size()) prepared.compressed.clear();
  const std::string digest = Uuid::from_name(Uuid(), file.content).to_string();
  prepared.etag = '"' + digest + '"';
  prepared.compressed_etag = '"' + digest + "-gz\"";
  return prepared;
}

Response serve(const StaticFile& file, const Request& request) {
  const bool packed =
      !file.compressed.empty() && accepts_gzip(request.header("Accept-Encoding").value_or(""));
  const std::string& etag = packed ? file.compressed_etag : file.etag;
  Response response =
      Response::of_static(std::string(file.content_type), packed ? file.compressed : file.content);
  if (const auto known = request.header("If-None-Match"); known && matches_etag(*known, etag)) {
    response = Response::empty(Status::kNotModified);
  } else if (packed) {
    response.set("Content-Encoding", "gzip");
  }
  response.set("ETag", etag);
  if (!file.compressed.empty()) response.set("Vary", "Accept-Encoding");
  return response;
}

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  struct Type {
    std::string_view ending, content_type;
  };
  constexpr std::array kTypes = {Type{".css", "text/css; charset=utf-8"},
                                 Type{".js", "text/javascript; charset=utf-8"},
                                 Type{".mjs", "text/javascript; charset=utf-8"},
                                 Type{".html", "text/html; charset=utf-8"},
                                 Type{".txt", "text/plain; charset=utf-8"},
                                 Type{".csv", "text/csv; charset=utf-8"},
                                 Type{".json", "application/json"},
                                 Type{".geojson", "application/geo+json"},
                                 Type{".svg", "image/svg+xml"},
                                 Type{".png", "image/png"},
                                 Type{".jpg", "image/jpeg"},
                                 Type{".webp", "image/webp"},
                                 Type{".ico", "image/x-icon"},
                                 Type{".woff2", "font/woff2"},
                                 Type{".pdf", "application/pdf"},
                                 Type{".webmanifest", "application/manifest+json"}};
  for (const Type& type : kTypes)
    if (file_name.ends_with(type.ending)) return type.content_type;
  return "application/octet-stream";
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  for (std::string_view tag : split(if_none_match, ',')) {
    tag = trim(tag);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

bool accepts_gzip(std::string_view accept_encoding) {
  for (const std::string_view part : split(accept_encoding, ',')) {
    const std::size_t semicolon = std::min(part.find(';'), part.size());
    if (!equals_ignoring_case_ascii(trim(part.substr(0, semicolon)), "gzip")) continue;
    const std::string_view rest = trim(part.substr(semicolon));
    return rest.find("q=0") == std::string_view::npos ||
           rest.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

void add_static_files(Router& router, const std::string& prefix, const EmbeddedFolder& folder) {
  for (const EmbeddedFile& file : folder.files()) {
    auto prepared = std::make_shared<const StaticFile>(prepare(file));
    router.get(prefix + "/" + file.name, Access::anyone(),
               [prepared](Request& request) { return serve(*prepared, request); },
               {.caching = Caching::kRevalidate, .runs_on = RunsOn::kInline});
  }
}

}  // namespace daybreak::http
