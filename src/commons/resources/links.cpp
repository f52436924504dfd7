// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/resources/links.hpp"

#include <arpa/inet.h>
#include <array>
#include <curl/curl.h>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>

namespace daybreak::resources {
namespace {

constexpr std::chrono::hours kUnseen{24 * 7};
constexpr std::size_t kAtOnce = 20;
constexpr long kMostRedirects = 5;

bool in_network(std::uint32_t address, std::uint32_t network, int bits) {
  return (address >> (32 - bits)) == (network >> (32 - bits));
}

// Loopback, private, shared, link-local, documentation, multicast and reserved networks (RFC 6890).
bool is_public_v4(std::uint32_t address) {
  constexpr std::pair<std::uint32_t, int> kOwn[] = {
      {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
      {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
      {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4}};
  for (const auto& [network, bits] : kOwn)
    if (in_network(address, network, bits)) return false;
  return true;
}

bool is_public_v6(const std::array<std::uint8_t, 16>& bytes) {
  const auto v4_at = [&](std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) << 24 |
           static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
  };
  // Addresses that carry an IPv4 one lead where that one leads.
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public_v4(v4_at(2));    // 6to4
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02) return false;  // Teredo and others
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8) return false;
  return (bytes[0] & 0xe0) == 0x20;  // global unicast, 2000::/3; all else is ours or nobody's
}

struct Call {
  const LinkOptions& options;
  bool refused = false;
};

// curl asks for a socket to the address that it is about to connect to.
curl_socket_t open_socket(void* data, curlsocktype, curl_sockaddr* address) {
  Call& call = *static_cast<Call*>(data);
  char numeric[INET6_ADDRSTRLEN] = {};
  const void* where = nullptr;
  if (address->family == AF_INET)
    where = &reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_addr;
  else if (address->family == AF_INET6)
    where = &reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr;
  if (where == nullptr || inet_ntop(address->family, where, numeric, sizeof numeric) == nullptr ||
      !call.options.allowed(numeric)) {
    call.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The body is not wanted: the transfer ends with its first piece.
std::size_t take_nothing(char*, std::size_t, std::size_t, void*) { return 0; }

struct EasyCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

LinkAnswer ask(const std::string& address, const LinkOptions& options, bool with_head) {
  const std::unique_ptr<CURL, EasyCloser> handle(curl_easy_init());
  if (!handle) return {};
  CURL* curl = handle.get();
  Call call{options};
  curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirects);
  curl_easy_setopt(curl, CURLOPT_NOBODY, with_head ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(options.timeout.count()));
  // A proxy would connect for us, where nobody looks.
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &call);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_nothing);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "link-check");
  const CURLcode result = curl_easy_perform(curl);
  long code = 0, redirects = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &redirects);
  const bool answered = result == CURLE_OK || (result == CURLE_WRITE_ERROR && !with_head);
  if (!answered || call.refused) return {LinkState::kBroken, 0};
  LinkAnswer answer{LinkState::kBroken, static_cast<int>(code)};
  // Some sites answer programs with 403 or 429: somebody is there.
  if ((code >= 200 && code < 300) || code == 401 || code == 403 || code == 429)
    answer.state = redirects > 0 ? LinkState::kMoved : LinkState::kWorks;
  return answer;
}

Result<void> enqueue(db::Connection& c, std::optional<Instant> at, const Clock& clock,
                     Random& random) {
  TRY(jobs::enqueue(
      c, {.kind = std::string(kLinkJob), .run_at = at, .unique_key = std::string(kLinkJob)}, clock,
      random));
  return {};
}

}  // namespace

bool is_public_address(const std::string& numeric) {
  in_addr v4{};
  if (inet_pton(AF_INET, numeric.c_str(), &v4) == 1) return is_public_v4(ntohl(v4.s_addr));
  std::array<std::uint8_t, 16> v6{};
  return inet_pton(AF_INET6, numeric.c_str(), v6.data()) == 1 && is_public_v6(v6);
}

LinkAnswer look_at_link(const std::string& address, const LinkOptions& options) {
  const LinkAnswer head = ask(address, options, /*with_head=*/true);
  if (head.code != 0 && head.state == LinkState::kBroken)
    return ask(address, options, /*with_head=*/false);
  return head;
}

void add_link_handler(jobs::Queue& queue, Resources& resources, const Clock& clock, Random& random,
                      LinkOptions options) {
  queue.handle(std::string(kLinkJob),
               [&resources, &clock, &random, options](jobs::RunningJob& job) -> Result<void> {
                 for (const Resources::Link& link : TRY(resources.links_due(kUnseen, kAtOnce))) {
                   TRY(job.keep(std::chrono::minutes(2)));
                   const LinkAnswer answer = look_at_link(link.address, options);
                   TRY(resources.note_link(link, answer.state, answer.code));
                 }
                 return job.finish([&](db::Connection& c) {
                   return enqueue(c, clock.now() + std::chrono::hours(1), clock, random);
                 });
               });
}

Result<void> schedule_links(db::Database& database, const Clock& clock, Random& random) {
  return database.write([&](db::Connection& c) { return enqueue(c, std::nullopt, clock, random); });
}

}  // namespace daybreak::resources
