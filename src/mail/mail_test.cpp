// SPDX-License-Identifier: AGPL-3.0-or-later
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

#include "mail/encoding.hpp"
#include "mail/message.hpp"
#include "mail/sender.hpp"
#include "mail/text_template.hpp"

namespace daybreak::mail {
namespace {

Message sample() {
  return {.from = {"desk@example.org", "Example Desk"},
          .to = {{"reader@example.org", "Señora Example"}},
          .subject = "Actualización número 1 – programación de otoño para la comunidad de ejemplo",
          .text = "Hello.\n.\nA line with = and a trailing blank \nEnd",
          .html = "<p>Hello. <a href=\"https://example.org/\">Read on</a></p>",
          .unsubscribe_url = "https://example.org/u/abc",
          .list_id = "news.example.org",
          .id = "0192-example",
          .date = parse_instant("2026-11-21T20:54:57Z").value()};
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What Python's own mail parser makes of the bytes: an oracle that is not ours.
std::string python(const std::string& script, const std::string& input) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("daybreak-mail-" + std::to_string(getpid()) + ".eml");
  std::ofstream(path, std::ios::binary) << input;
  FILE* pipe = popen(("/usr/bin/python3 -c '" + script + "' < " + path.string()).c_str(), "r");
  std::string out;
  for (int c; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
  pclose(pipe);
  std::filesystem::remove(path);
  return out;
}

TEST(Message, IsReadBackByAnotherProgram) {
  const std::string bytes = compose(sample()).value();
  const std::string seen = python(
      "import sys,email,email.policy as p\n"
      "m=email.message_from_bytes(sys.stdin.buffer.read(),policy=p.default)\n"
      "print(m[\"Subject\"]); print(m[\"To\"].addresses[0].display_name); "
      "print(m[\"List-Unsubscribe\"])\n"
      "print(m[\"List-Unsubscribe-Post\"]); print(m.get_content_type())\n"
      "print([x.get_content_type() for x in m.iter_parts()])\n"
      "print(repr(m.get_body((\"plain\",)).get_content())); print(m[\"Date\"].datetime, "
      "len(m.defects))",
      bytes);
  EXPECT_EQ(seen,
            "Actualización número 1 – programación de otoño para la comunidad de ejemplo\n"
            "Señora Example\n<https://example.org/u/abc>\nList-Unsubscribe=One-Click\n"
            "multipart/alternative\n['text/plain', 'text/html']\n"
            "'Hello.\\r\\n.\\r\\nA line with = and a trailing blank \\r\\nEnd'\n"
            "2026-11-21 20:54:57+00:00 0\n");
  for (std::size_t at = 0, end; (end = bytes.find("\r\n", at)) != std::string::npos; at = end + 2) {
    EXPECT_LE(end - at, 78u) << bytes.substr(at, end - at);
    EXPECT_EQ(bytes.substr(at, end - at).find_first_of("\r\n"), std::string::npos);
  }
  EXPECT_EQ(compose(sample()).value(), bytes);
}

TEST(Message, RefusesHeaderInjectionInEveryField) {
  for (const std::string& evil : std::vector<std::string>{
           "a\r\nBcc: x@example.org", "a\nBcc: x@example.org", "a\rb", std::string("a\0b", 3)}) {
    const auto refused = [&](auto change) {
      Message message = sample();
      change(message, evil);
      const auto made = compose(message);
      ASSERT_FALSE(made);
      EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
    };
    refused([](Message& m, const std::string& s) { m.subject = s; });
    refused([](Message& m, const std::string& s) { m.from.name = s; });
    refused([](Message& m, const std::string& s) { m.from.address = s + "@example.org"; });
    refused([](Message& m, const std::string& s) { m.to[0].name = s; });
    refused([](Message& m, const std::string& s) { m.to[0].address = s; });
    refused([](Message& m, const std::string& s) { m.reply_to = {s, ""}; });
    refused([](Message& m, const std::string& s) { m.id = s; });
    refused([](Message& m, const std::string& s) { m.language = s; });
    refused([](Message& m, const std::string& s) { m.list_id = s; });
    refused([](Message& m, const std::string& s) { m.in_reply_to = "<" + s + ">"; });
    refused(
        [](Message& m, const std::string& s) { m.unsubscribe_url = "https://example.org/" + s; });
  }
}

TEST(Message, RefusesHtmlThatLoadsSomething) {
  for (const char* html : {"<img src=\"https://example.org/p.gif\">", "<SCRIPT>x</SCRIPT>",
                           "<p style=\"background:URL(x)\">", "<a href=\"javascript:x\">"}) {
    Message message = sample();
    message.html = html;
    EXPECT_FALSE(compose(message)) << html;
  }
  Message plain = sample();
  plain.unsubscribe_url = "http://example.org/u";
  EXPECT_FALSE(compose(plain));
}

TEST(Address, OnlyWhatSmtpCanCarry) {
  for (const char* good : {"a@example.org", "first.last+tag@sub.example.org", "x@localhost"}) {
    EXPECT_TRUE(check_address(good)) << good;
  }
  for (const char* bad :
       {"", "a", "@example.org", "a@", "a b@example.org", "a@exa mple.org", "<a@example.org>",
        "a@example.org>", "a..b@example.org", ".a@example.org", "a@-x.org", "a@x..org",
        "ä@example.org", "a@example.org,b@example.org", "\"a\"@example.org"}) {
    EXPECT_FALSE(check_address(bad)) << bad;
  }
}

TEST(TextTemplate, FillsAndRefuses) {
  const std::vector<std::string> known = {"name", "link", "note"};
  const auto made = TextTemplate::create(
      "Dear {{name}},\n{{#note}}Note: {{note}}\n{{/note}}{{^note}}No note\n{{/note}}{{link}}",
      known);
  ASSERT_TRUE(made) << made.error().describe();
  const Fields fields = {{"name", "A & <B>"}, {"link", "https://example.org/"}, {"note", ""}};
  EXPECT_EQ(made->render(fields, Escaping::kNone).value(),
            "Dear A & <B>,\nNo note\nhttps://example.org/");
  EXPECT_EQ(made->render(fields, Escaping::kHtml).value().substr(0, 25),
            "Dear A &amp; &lt;B&gt;,\nN");
  EXPECT_FALSE(made->render({{"name", "x"}}, Escaping::kNone));
  for (const char* bad :
       {"{{unknown}}", "{{{name}}}", "{{&name}}", "{{>file}}", "{{=<% %>=}}", "{{#name}}",
        "{{/name}}", "{{name", "{{#name}}{{#note}}{{/name}}{{/note}}"}) {
    EXPECT_FALSE(TextTemplate::create(bad, known)) << bad;
  }
}

TEST(OutboxFolder, KeepsWholeMailsForTheOwnerAlone) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("daybreak-outbox-" + std::to_string(getpid()));
  auto outbox = OutboxFolder::open(folder);
  ASSERT_TRUE(outbox);
  const std::string bytes = compose(sample()).value();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(outbox->send({"desk@example.org", {"reader@example.org"}}, bytes));
  }
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    ++count;
    EXPECT_TRUE(read_file(file).ends_with(bytes));
    EXPECT_EQ(file.status().permissions(), std::filesystem::perms(0600));
  }
  EXPECT_EQ(count, 3);
  EXPECT_FALSE(outbox->send({"desk@example.org\r\nX: y", {"reader@example.org"}}, bytes));
  std::filesystem::remove_all(folder);
}

// A real SMTP server of another make: prints its port, then each message it takes.
constexpr const char* kServer = R"py(
import asyncio, sys
from aiosmtpd.smtp import SMTP
class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone"): return "550 no such user"
        if address.startswith("later"): return "451 try later"
        envelope.rcpt_tos.append(address); return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        open(sys.argv[1], "wb").write(envelope.mail_from.encode() + b"|" + ",".join(envelope.rcpt_tos).encode() + b"|" + envelope.content)
        return "250 OK"
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="localhost"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(20)
asyncio.run(main())
)py";

class SmtpTest : public testing::Test {
 protected:
  void SetUp() override {
    base_ = std::filesystem::temp_directory_path() / ("daybreak-smtp-" + std::to_string(getpid()));
    std::ofstream(base_.string() + ".py") << kServer;
    const std::string command =
        "exec /usr/bin/python3 " + base_.string() + ".py " + base_.string() + ".out 2>/dev/null";
    pipe_ = popen(("sh -c 'echo $$; " + command + "'").c_str(), "r");
    if (std::fscanf(pipe_, "%d %d", &process_, &port_) != 2)
      GTEST_SKIP() << "python3-aiosmtpd is not installed";
  }
  void TearDown() override {
    if (process_ > 0) kill(process_, SIGTERM);
    if (pipe_) pclose(pipe_);
    for (const char* ending : {".py", ".out"}) std::filesystem::remove(base_.string() + ending);
  }
  std::filesystem::path base_;
  FILE* pipe_ = nullptr;
  int process_ = 0, port_ = 0;
};

TEST_F(SmtpTest, DeliversTheBytesAndTellsFinalFromPassing) {
  auto sender = SmtpSender::create(
      {.host = "127.0.0.1", .port = port_, .encryption = SmtpSettings::Encryption::kNone});
  ASSERT_TRUE(sender);
  const std::string bytes = compose(sample()).value();
  const auto sent = sender->send({"bounce@example.org", {"a@example.org", "b@example.org"}}, bytes);
  ASSERT_TRUE(sent) << sent.error().describe();
  EXPECT_EQ(read_file(base_.string() + ".out"),
            "bounce@example.org|a@example.org,b@example.org|" + bytes);
  const auto gone = sender->send({"bounce@example.org", {"gone@example.org"}}, bytes);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::kInvalid) << gone.error().describe();
  const auto later = sender->send({"bounce@example.org", {"later@example.org"}}, bytes);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().kind, ErrorKind::kUnavailable);
}

TEST(Smtp, NeverSendsUnencryptedOverANetwork) {
  EXPECT_FALSE(SmtpSender::create(
      {.host = "mail.example.org", .encryption = SmtpSettings::Encryption::kNone}));
  EXPECT_FALSE(SmtpSender::create({.host = "mail.example.org/x"}));
  EXPECT_TRUE(SmtpSender::create({.host = "mail.example.org"}));
}

}  // namespace
}  // namespace daybreak::mail
