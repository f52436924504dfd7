// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs a fuzz target without libFuzzer, so that every ./test does: each file of the folders given,
// then so many changed copies of them (bits, cuts, repeats, joins), the same each time.
//   NAME_replay RUNS FOLDER...
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string changed(std::string input, const std::vector<std::string>& all, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (std::size_t times = 1 + below(6); times > 0; --times) {
    const std::size_t at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < input.size()) input[at] = static_cast<char>(random());
        break;
      case 1:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 2:
        input.insert(at, 1 + below(4), static_cast<char>(random()));
        break;
      case 3:
        input.erase(at, 1 + below(16));
        break;
      case 4:
        input.insert(at, input.substr(below(input.size() + 1), below(64)));
        break;
      default: {
        const std::string& other = all[below(all.size())];
        input = input.substr(0, at) + other.substr(below(other.size() + 1));
      }
    }
  }
  constexpr std::size_t kMost = 1 << 16;
  input.resize(std::min(input.size(), kMost));
  return input;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) return 2;
  std::vector<fs::path> files;
  for (int i = 2; i < count; ++i)
    for (const auto& entry : fs::directory_iterator(words[i])) files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<std::string> inputs;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  if (inputs.empty()) return 2;
  for (const std::string& input : inputs) run(input);
  std::mt19937 random(1);
  const int runs = std::atoi(words[1]);
  for (int i = 0; i < runs; ++i) run(changed(inputs[random() % inputs.size()], inputs, random));
  std::printf("%zu files and %d changed copies\n", inputs.size(), runs);
  return 0;
}
