// SPDX-License-Identifier: AGPL-3.0-or-later
// URLs, forms, cookies, languages, tags.
#include <gtest/gtest.h>
#include <stdexcept>

#include "http/cookies.hpp"
#include "http/language.hpp"
#include "http/multipart.hpp"
#include "http/request.hpp"
#include "http/static_files.hpp"
#include "http/url.hpp"

namespace daybreak::http {
namespace {

TEST(ParsePath, DecodesEachSegmentByItself) {
  const auto path = parse_path("/a%20b/c+d/%C3%A9/");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->segments, (std::vector<std::string>{"a b", "c+d", "é"}));
  EXPECT_TRUE(path->trailing_slash);
  EXPECT_TRUE(parse_path("/")->segments.empty());
}

TEST(ParsePath, RefusesWhatCouldLeadElsewhere) {
  for (const char* path : {"", "a", "//", "//a", "/a//b", "/..", "/%2e%2e/a", "/a/./b", "/a%2fb",
                           "/a%5cb", "/a%00", "/a%0a", "/%ff", "/%", "/%4", "/%zz"})
    EXPECT_FALSE(parse_path(path).has_value()) << path;
}

TEST(ParseUrlencoded, KeepsOrderAndRepetition) {
  const auto fields = parse_urlencoded("need=bed&need=meal&&name=Ada+Example&flag&empty=");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->every("need").size(), 2u);
  EXPECT_EQ(fields->get("name").raw(), "Ada Example");
  EXPECT_TRUE(fields->has("flag"));
  EXPECT_FALSE(fields->has("none"));
  EXPECT_FALSE(parse_urlencoded("a=%00").has_value());
  EXPECT_FALSE(parse_urlencoded("a=1&b=2&c=3", 2).has_value());
}

TEST(IsLocalPath, RefusesOtherServers) {
  EXPECT_TRUE(is_local_path("/a?b=c"));
  for (const char* path : {"", "a", "//evil.example.org", "/\\evil.example.org",
                           "https://evil.example.org", "/a\r\nX: y"})
    EXPECT_FALSE(is_local_path(path)) << path;
}

TEST(ParseMultipart, GivesFieldsAndFiles) {
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\none\r\ntwo\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"file\"; "
      "filename=\"a%22b.csv\"\r\nContent-Type: text/csv\r\n\r\n\r\n--y\r\n\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"empty\"; filename=\"\"\r\n\r\n\r\n--x--\r\n";
  const auto form = parse_multipart("multipart/form-data; boundary=\"x\"", body);
  ASSERT_TRUE(form.has_value());
  EXPECT_EQ(form->fields.get("note").raw(), "one\r\ntwo");
  EXPECT_EQ(form->find_file("file")->file_name.raw(), "a\"b.csv");
  EXPECT_EQ(form->find_file("empty")->content, "");
}

TEST(ParseMultipart, RefusesWhatIsNotWhole) {
  const auto parse = [](std::string_view type, std::string_view body) {
    return parse_multipart(type, body).has_value();
  };
  EXPECT_FALSE(parse("multipart/form-data", "--x--"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=", "----"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=x", "preamble\r\n--x--"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=x",
                     "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nv"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=x",
                     "--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=x", "--x\r\n\r\nv\r\n--x--"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=x",
                     "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--x--"));
  EXPECT_FALSE(parse("multipart/form-data; boundary=x",
                     "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--xy\r\n--x--"));
  EXPECT_TRUE(parse("multipart/form-data; boundary=x", "--x--\r\n"));
}

TEST(Cookies, SkipsWhatIsNoCookie) {
  Fields cookies;
  add_cookies("a=1; b=\"2\"; =3; c; d=e f; __Host-s=x.y", cookies);
  EXPECT_EQ(cookies.get("a").raw(), "1");
  EXPECT_EQ(cookies.get("b").raw(), "2");
  EXPECT_EQ(cookies.get("__Host-s").raw(), "x.y");
  EXPECT_EQ(cookies.all().size(), 3u);
}

TEST(Cookies, AreWrittenForThisSiteAlone) {
  EXPECT_EQ(write_cookie({.name = "__Host-session",
                          .value = "abc",
                          .lifetime = std::chrono::seconds(60),
                          .same_site = Cookie::SameSite::kStrict,
                          .secure = true}),
            "__Host-session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure");
  EXPECT_THROW(write_cookie({.name = "__Host-session", .value = "abc"}), std::logic_error);
  EXPECT_THROW(write_cookie({.name = "a", .value = "b; Domain=example.org"}), std::logic_error);
}

TEST(NegotiateLanguage, PrefersQualityThenOrder) {
  const std::vector<std::string> offered = {"en", "es"};
  EXPECT_EQ(negotiate_language("es-MX,es;q=0.9,en;q=0.8", offered), "es");
  EXPECT_EQ(negotiate_language("en;q=0.5, es;q=0.6", offered), "es");
  EXPECT_EQ(negotiate_language("fr, de", offered), "en");
  EXPECT_EQ(negotiate_language("es;q=0, *", offered), "en");
  EXPECT_EQ(negotiate_language("est", offered), "en");
  EXPECT_EQ(negotiate_language("es;q=nan", offered), "en");
}

TEST(StaticFiles, AnswerWithTagsAndGzip) {
  const std::string style(2000, 'a');
  const EmbeddedFolder folder({{"site.css", style}, {"dot.png", "png"}});
  Router router;
  add_static_files(router, "/static", folder);
  const auto ask = [&](std::string target,
                       std::vector<std::pair<std::string, std::string>> headers) {
    auto request = Request::create({.target = std::move(target), .headers = std::move(headers)});
    return router.handle(*request);
  };
  const Response packed = ask("/static/site.css", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_LT(packed.body().size(), 100u);
  const Response plain = ask("/static/site.css", {{"Accept-Encoding", "gzip;q=0"}});
  EXPECT_EQ(plain.body(), style);
  EXPECT_NE(plain.header("ETag"), packed.header("ETag"));
  const Response known = ask("/static/site.css",
                             {{"If-None-Match", "\"x\", W/" + std::string(*plain.header("ETag"))}});
  EXPECT_EQ(known.status(), Status::kNotModified);
  EXPECT_EQ(known.body(), "");
  EXPECT_EQ(ask("/static/dot.png", {}).header("Content-Type"), "image/png");
}

TEST(Response, RefusesWhatWouldSplitItsHead) {
  Response response;
  EXPECT_THROW(response.set("X", "a\r\nSet-Cookie: b=c"), std::logic_error);
  EXPECT_THROW(Response::redirect("//evil.example.org"), std::logic_error);
  EXPECT_THROW(Response::redirect("https://evil.example.org"), std::logic_error);
  response.as_download("Guía \"Ñ\"\r\n.pdf");
  EXPECT_EQ(response.header("Content-Disposition"),
            "attachment; filename=\"Gu__a_______.pdf\"; "
            "filename*=UTF-8''Gu%C3%ADa%20%22%C3%91%22%0D%0A.pdf");
}

TEST(Request, RefusesATargetThatIsNotWellFormed) {
  EXPECT_FALSE(Request::create({.target = "/a/../b"}).has_value());
  EXPECT_FALSE(Request::create({.target = "/?a=%zz"}).has_value());
  EXPECT_FALSE(Request::create({.target = "/", .headers = {{"X", "a\nb"}}}).has_value());
}

}  // namespace
}  // namespace daybreak::http
