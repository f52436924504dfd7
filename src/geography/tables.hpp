// SPDX-License-Identifier: AGPL-3.0-or-later
// The embedded tables of data/geography. Only the .cpp files of this module use it. Any thread.
#pragma once

#include <string_view>
#include <vector>

namespace daybreak::geography {

// The fields of each row of a small CSV file of ours (no quotes, no commas in fields), header left
// out; throws std::logic_error when the file is not in the program.
std::vector<std::vector<std::string_view>> rows_of(std::string_view file);
std::string_view bytes_of(std::string_view file);

}  // namespace daybreak::geography
