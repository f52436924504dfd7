// SPDX-License-Identifier: AGPL-3.0-or-later
// Official files as they are downloaded: any bytes as a whole file (CSV, workbook, zip,
// compressed), or rows below a known header of the Wage and Hour file; the first byte chooses.
// links: commons/threat
#include <sys/mman.h>
#include <unistd.h>

#include "commons/threat/import.hpp"
#include "commons/threat/layout.hpp"

using namespace daybreak;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const int file = ::memfd_create("official", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  static const std::string header = [] {
    const std::string_view all = threat::reference_text("official_headers.txt");
    const std::size_t begin = all.find("whd") + 4;
    return std::string(all.substr(begin, all.find('\n', begin) - begin)) + "\n";
  }();
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 2 == 1) bytes = header + bytes;
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, bytes.data(), bytes.size(), 0) < 0) return 0;
  const auto load = threat::read_only(path, Date(std::chrono::year(2026) / 11 / 22));
  if (load && load->rows_in != load->rows_kept + load->rows_rejected) __builtin_trap();
  return 0;
}
