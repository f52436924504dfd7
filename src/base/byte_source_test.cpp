// SPDX-License-Identifier: AGPL-3.0-or-later
// Files as they arrive: plain, compressed, zipped, under a wrong name, made to exhaust the machine.
#include "base/byte_source.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/test_result.hpp"

namespace daybreak {
namespace {

// An archive in memory of the given format ("zip", "raw"), filter ("none", "gzip", "zstd") and
// members.
std::string pack(const char* format, const char* filter,
                 const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out;
  archive* handle = archive_write_new();
  archive_write_set_format_by_name(handle, format);
  if (filter != std::string_view("none")) archive_write_add_filter_by_name(handle, filter);
  archive_write_set_bytes_in_last_block(handle, 1);
  archive_write_open(
      handle, &out, nullptr,
      [](archive*, void* to, const void* bytes, std::size_t count) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), count);
        return static_cast<la_ssize_t>(count);
      },
      nullptr);
  for (const auto& [name, content] : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_write_header(handle, entry);
    archive_write_data(handle, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(handle);
  archive_write_free(handle);
  return out;
}

class ByteSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "daybreak-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path put(const char* name, std::string_view bytes) {
    EXPECT_TRUE(write_file(folder_ / name, bytes));
    return folder_ / name;
  }
  std::filesystem::path folder_;
};

TEST_F(ByteSourceTest, TellsTheFormatByContentNotByName) {
  const std::string text = "name,city\nHarbor,Olean\n";
  EXPECT_EQ(read_text_file(put("plain.zip", text)), text);
  EXPECT_EQ(read_text_file(put("gzip.csv", pack("raw", "gzip", {{"x", text}}))), text);
  EXPECT_EQ(read_text_file(put("zstd.csv", pack("raw", "zstd", {{"x", text}}))), text);
  EXPECT_EQ(read_text_file(put("one.csv", pack("zip", "none", {{"inner.csv", text}}))), text);
  EXPECT_EQ(read_text_file(put("utf16.csv", std::string("\xFE\xFF\0a\0\n", 6))), "a\n");
}

TEST_F(ByteSourceTest, AnArchiveOfSeveralIsReadByMember) {
  const auto path =
      put("package.zip", pack("zip", "none", {{"a.csv", "A"}, {"folder/b.csv", "B"}}));
  const auto refused = open_file(path);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("holds 2 files"), std::string::npos);
  const Archive archive = Archive::open(path).value();
  ASSERT_EQ(archive.members().size(), 2u);
  EXPECT_TRUE(archive.has("folder/b.csv"));
  auto b = archive.member("folder/b.csv").value();
  auto a = archive.member("a.csv").value();
  EXPECT_EQ(read_all(*b, 10), "B");
  EXPECT_EQ(read_all(*a, 10), "A");
  EXPECT_EQ(kind_of(archive.member("c.csv")), ErrorKind::kNotFound);
}

TEST_F(ByteSourceTest, AFileMadeToExhaustTheMachineIsRefused) {
  const std::string zeros(64 << 20, '\0');
  const auto packed = put("bomb.gz", pack("raw", "gzip", {{"x", zeros}}));
  auto source = open_file(packed, {.max_ratio = 100}).value();
  const auto content = read_all(*source, 1 << 30);
  ASSERT_FALSE(content);
  EXPECT_NE(content.error().message.find("more than is allowed"), std::string::npos);
  const auto zip = Archive::from_memory(pack("zip", "none", {{"x", zeros}})).value();
  auto member = zip.member("x", {.max_bytes = 1 << 20}).value();
  EXPECT_FALSE(read_all(*member, 1 << 30));
}

TEST_F(ByteSourceTest, ADamagedFileSaysSo) {
  std::string packed = pack("raw", "gzip", {{"x", std::string(100'000, 'a') + "end"}});
  packed.resize(packed.size() / 2);
  auto source = open_file(put("cut.gz", packed));
  const auto content =
      source ? read_all(**source, 1 << 20) : Result<std::string>(fail(source.error().kind, ""));
  ASSERT_FALSE(content);
  EXPECT_EQ(kind_of(content), ErrorKind::kCorrupt);
}

TEST_F(ByteSourceTest, MissingFilesAndFoldersAreNamed) {
  EXPECT_EQ(kind_of(open_file(folder_ / "none.csv")), ErrorKind::kNotFound);
  EXPECT_EQ(open_file(folder_).error().message, "is a folder, not a file");
}

TEST_F(ByteSourceTest, WritingReplacesWhole) {
  const auto path = put("x", "old");
  EXPECT_TRUE(write_file(path, "new"));
  EXPECT_EQ(read_text_file(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
  EXPECT_FALSE(read_text_file(path, 2));
}

}  // namespace
}  // namespace daybreak
