// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/download.hpp"

#include <chrono>
#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/json.hpp"
#include "base/progress.hpp"
#include "base/text.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

constexpr int kMostRedirects = 5;

bool is_loopback(std::string_view host) {
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

// A government's file may be kept on another of its own servers, and nowhere else.
bool may_send_to(std::string_view from, std::string_view to) {
  if (to.empty()) return false;
  return from == to || (from.ends_with(".gov") && to.ends_with(".gov"));
}

// What is known about bytes that came: where they are from and which version they are of.
struct Version {
  std::string address, etag, modified;
  bool is_known() const { return !etag.empty() || !modified.empty(); }
};

fs::path beside(const fs::path& target, std::string_view ending) {
  fs::path path = target;
  path += ending;
  return path;
}
fs::path part_of(const fs::path& target) { return beside(target, ".part"); }
fs::path version_of(const fs::path& file) { return beside(file, ".version.json"); }

Version read_version(const fs::path& file) {
  Version version;
  const auto text = read_text_file(version_of(file), 1 << 16);
  const auto json = text ? parse_json(*text) : Result<Json>(fail(ErrorKind::kNotFound, "none"));
  if (!json) return version;
  const auto get = [&](std::string_view name) { return json->text_of(name); };
  return {get("address"), get("etag"), get("modified")};
}

Result<void> write_version(const fs::path& file, const Version& version) {
  return write_file(version_of(file), to_text(Json::object({{"address", version.address},
                                                            {"etag", version.etag},
                                                            {"modified", version.modified}})));
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

void remove_part(const fs::path& target) {
  std::error_code ignored;
  fs::remove(part_of(target), ignored);
  fs::remove(version_of(part_of(target)), ignored);
}

using Curl = std::unique_ptr<CURL, void (*)(CURL*)>;
using Headers = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

Curl new_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return {curl_easy_init(), curl_easy_cleanup};
}

// One request and what becomes of its answer.
class Transfer {
 public:
  explicit Transfer(const DownloadRequest& request)
      : request_(request),
        part_(part_of(request.target)),
        known_(read_version(part_)),
        have_(known_.address == request.address && known_.is_known() ? size_of(part_) : 0) {}
  ~Transfer() {
    if (file_ >= 0) ::close(file_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Whether the whole file is there now; false when the server has nothing newer than the target.
  Result<bool> run();
  std::uint64_t resumed_at() const { return resumed_at_; }
  bool started_over() const { return status_ == 416; }

 private:
  static std::size_t on_header(char* text, std::size_t size, std::size_t count, void* self) {
    static_cast<Transfer*>(self)->take_header({text, size * count});
    return size * count;
  }
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->take_body({bytes, size * count}) ? size * count : 0;
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (!transfer.request_.progress) return 0;
    return transfer.request_.progress(transfer.at_, transfer.whole_) ? 0 : 1;
  }
  void take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  bool begin_body();
  Result<long> ask(const std::string& address);
  Result<std::string> redirected(CURL* handle, const std::string& from) const;
  Headers own_headers() const;
  tl::unexpected<Error> broken(CURLcode code, const char* detail) const;
  Result<bool> judge(long status);

  const DownloadRequest& request_;
  fs::path part_;
  Version known_;       // of the bytes in the part
  std::uint64_t have_;  // of the part, to go on after
  Version now_;         // of the answer
  std::uint64_t at_ = 0, whole_ = 0, resumed_at_ = 0, length_ = 0;
  std::optional<std::uint64_t> range_start_;
  long status_ = 0;
  int file_ = -1;
  std::optional<Error> stopped_;  // why this side ended the transfer
};

Headers Transfer::own_headers() const {
  curl_slist* list = curl_slist_append(nullptr, "Accept-Encoding: identity");
  const auto add = [&](const std::string& line) { list = curl_slist_append(list, line.c_str()); };
  if (have_ > 0) {
    add(fmt::format("Range: bytes={}-", have_));
    add("If-Range: " + (known_.etag.empty() ? known_.modified : known_.etag));
  } else if (fs::exists(request_.target)) {
    const Version there = read_version(request_.target);
    if (there.address == request_.address && !there.etag.empty())
      add("If-None-Match: " + there.etag);
    else if (there.address == request_.address && !there.modified.empty())
      add("If-Modified-Since: " + there.modified);
  }
  return {list, curl_slist_free_all};
}

void Transfer::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    const auto space = line.find(' ');
    status_ = to_integer(line.substr(space + 1, 3)).value_or(0);
    now_ = {request_.address, {}, {}};
    length_ = 0;
    range_start_.reset();
    return;
  }
  const auto colon = line.find(':');
  if (colon == line.npos) return;
  const std::string name = to_lower_ascii(line.substr(0, colon));
  const std::string_view value = trim(line.substr(colon + 1));
  if (name == "etag" && !value.starts_with("W/")) now_.etag = value;
  if (name == "last-modified") now_.modified = value;
  if (name == "content-length") length_ = static_cast<std::uint64_t>(to_integer(value).value_or(0));
  if (name == "content-range" && value.starts_with("bytes ")) {
    const std::string_view rest = value.substr(6);
    if (const auto start = to_integer(rest.substr(0, rest.find('-'))))
      range_start_ = static_cast<std::uint64_t>(*start);
  }
}

// Opens the part: at its end when the server goes on there, else empty.
bool Transfer::begin_body() {
  const bool goes_on = status_ == 206;
  if (goes_on && range_start_ != have_) {
    stopped_ = Error{ErrorKind::kInvalid, "the server sent another range than was asked for",
                     request_.address, "Run it again"};
    remove_part(request_.target);
    return false;
  }
  at_ = resumed_at_ = goes_on ? have_ : 0;
  whole_ = length_ == 0 ? 0 : at_ + length_;
  if (whole_ > request_.most) {
    stopped_ = Error{
        ErrorKind::kInvalid,
        fmt::format("is {} bytes, more than the {} that such a file has", whole_, request_.most),
        request_.address, "Look at what is at that address"};
    return false;
  }
  file_ =
      ::open(part_.c_str(),
             O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (goes_on ? O_APPEND : O_TRUNC), 0644);
  if (file_ < 0) {
    stopped_ = Error{ErrorKind::kUnavailable, "cannot be written", part_.string(),
                     "Check the folder and its permissions"};
    return false;
  }
  if (const auto written = write_version(part_, now_); !written) {
    stopped_ = written.error();
    return false;
  }
  return true;
}

bool Transfer::take_body(std::string_view bytes) {
  if (status_ != 200 && status_ != 206) return true;  // the words of an error page
  if (file_ < 0 && !begin_body()) return false;
  if (at_ + bytes.size() > request_.most) {
    stopped_ = Error{ErrorKind::kInvalid,
                     fmt::format("is more than the {} bytes that such a file has", request_.most),
                     request_.address, "Look at what is at that address"};
    return false;
  }
  at_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_, bytes.data(), bytes.size());
    if (put <= 0) {
      stopped_ = Error{ErrorKind::kUnavailable, "cannot be written", part_.string(),
                       "Check the disk; run it again to go on"};
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

tl::unexpected<Error> Transfer::broken(CURLcode code, const char* detail) const {
  const std::string why = detail[0] ? detail : curl_easy_strerror(code);
  if (code == CURLE_ABORTED_BY_CALLBACK)
    return fail(ErrorKind::kUnavailable, "was stopped", request_.address, "Run it again to go on");
  if (at_ > 0)
    return fail(ErrorKind::kUnavailable,
                fmt::format("broke off after {}{} bytes ({})", with_commas(at_),
                            whole_ > 0 ? " of " + with_commas(whole_) : "", why),
                request_.address, "Run it again to go on");
  return fail(ErrorKind::kUnavailable, "cannot be reached (" + why + ")", request_.address,
              "This machine may have no internet: download the file on another one and import it");
}

Result<std::string> Transfer::redirected(CURL* handle, const std::string& from) const {
  char* to = nullptr;
  curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &to);
  const std::string address = to ? to : "";
  if (!may_send_to(host_of(from), host_of(address)))
    return fail(ErrorKind::kInvalid,
                address.empty() ? "sends elsewhere without saying where"
                                : "sends to " + address + ", which is not of the same agency",
                from, "Look for the file's new address");
  return address;
}

// The status of the last answer; its body is in the part when that is 200 or 206.
Result<long> Transfer::ask(const std::string& first) {
  std::string address = first;
  for (int hops = 0; hops <= kMostRedirects; ++hops) {
    const Curl curl = new_handle();
    if (!curl) return fail(ErrorKind::kInternal, "libcurl could not start", "download");
    CURL* handle = curl.get();
    char detail[CURL_ERROR_SIZE] = "";
    const Headers headers = own_headers();
    curl_easy_setopt(handle, CURLOPT_URL, address.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "Daybreak");
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, 60L);
    curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    const CURLcode code = curl_easy_perform(handle);
    if (stopped_) return tl::make_unexpected(*stopped_);
    if (code != CURLE_OK) return broken(code, detail);
    if (status_ < 300 || status_ > 308 || status_ == 304) return status_;
    address = TRY(redirected(handle, address));
  }
  return fail(ErrorKind::kInvalid, "sends elsewhere again and again", first,
              "Look for the file's new address");
}

Result<bool> Transfer::judge(long status) {
  if (status == 304) return false;
  if (status == 416) {
    remove_part(request_.target);
    return fail(ErrorKind::kUnavailable, "does not go on where it broke off", request_.address,
                "Run it again");
  }
  if (status == 404 || status == 410)
    return fail(ErrorKind::kNotFound, fmt::format("is not there any more ({})", status),
                request_.address, "Look for the file's new address");
  if (status != 200 && status != 206)
    return fail(status >= 500 || status == 429 ? ErrorKind::kUnavailable : ErrorKind::kInvalid,
                fmt::format("is answered with {}", status), request_.address,
                "Try again later, or download it with a browser and import the file");
  if (file_ < 0 && !begin_body()) return tl::make_unexpected(*stopped_);
  if (::fsync(file_) != 0)
    return fail(ErrorKind::kUnavailable, "cannot be written", part_.string(), "Check the disk");
  return true;
}

Result<bool> Transfer::run() { return judge(TRY(ask(request_.address))); }

// The whole part becomes the target.
Result<Downloaded> finish(const DownloadRequest& request, std::uint64_t resumed_at) {
  const fs::path part = part_of(request.target);
  const std::uint64_t bytes = size_of(part);
  const auto judge = [&]() -> Result<void> {
    if (bytes < request.least)
      return fail(
          ErrorKind::kInvalid,
          fmt::format("is {} bytes, less than the {} that such a file has", bytes, request.least),
          request.address, "Look at what is at that address");
    return request.check ? request.check(part) : Result<void>();
  };
  if (const auto good = judge(); !good) {
    remove_part(request.target);
    return tl::make_unexpected(good.error());
  }
  std::error_code error;
  fs::rename(version_of(part), version_of(request.target), error);
  fs::rename(part, request.target, error);
  if (error)
    return fail(ErrorKind::kUnavailable, "cannot be written: " + error.message(),
                request.target.string(), "Check the folder and its permissions");
  return Downloaded{bytes, resumed_at, false};
}

}  // namespace

std::string host_of(std::string_view address) {
  const bool secure = address.starts_with("https://");
  if (!secure && !address.starts_with("http://")) return {};
  std::string_view rest = address.substr(secure ? 8 : 7);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.find('@') != rest.npos) return {};
  const auto colon = rest.rfind(':');
  if (colon != rest.npos && rest.back() != ']') rest = rest.substr(0, colon);
  if (!secure && !is_loopback(rest)) return {};
  return to_lower_ascii(rest);
}

Result<Downloaded> download(const DownloadRequest& request) {
  if (host_of(request.address).empty())
    return fail(ErrorKind::kInvalid, "is no https:// address", request.address,
                "Give the address of the file as the agency does");
  std::chrono::milliseconds pause = request.pause;
  std::uint64_t resumed_at = 0;
  for (int left = std::max(request.tries, 1); left > 0; --left) {
    Transfer transfer(request);
    const Result<bool> there = transfer.run();
    resumed_at = std::max(resumed_at, transfer.resumed_at());
    if (there && !*there) return Downloaded{size_of(request.target), 0, true};
    if (there) return finish(request, resumed_at);
    if (there.error().kind != ErrorKind::kUnavailable || left == 1)
      return tl::make_unexpected(there.error());
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
  return fail(ErrorKind::kInternal, "ended without an answer", request.address);
}

}  // namespace daybreak::threat
