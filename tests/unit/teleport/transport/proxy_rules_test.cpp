#include "teleport/net/proxy_rules.hpp"

#include <cstdlib>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace teleport::net {
namespace {

bool is_proxied(const std::string& except, const address& to) {
  const auto rules = proxy_rules::parse("http://proxy.corp:3128", except);
  return rules.value().proxy_for(to) != nullptr;
}

struct exception_row {
  const char* except;
  address to;
  bool proxied;
};

// What Go's net/http takes NO_PROXY for.
TEST(ProxyRules, ExceptWhatGoExcepts) {
  const exception_row rows[] = {
      {"", {"teleport.example.com", 443}, true},
      {"*", {"teleport.example.com", 443}, false},
      {" a.b , * ", {"teleport.example.com", 443}, false},
      // Names: themselves and what is below.
      {"example.com", {"example.com", 443}, false},
      {"example.com", {"teleport.example.com", 443}, false},
      {"example.com", {"otherexample.com", 443}, true},
      {"EXAMPLE.com", {"Teleport.Example.COM", 443}, false},
      {".example.com", {"example.com", 443}, true},
      {".example.com", {"teleport.example.com", 443}, false},
      {"*.example.com", {"example.com", 443}, true},
      {"*.example.com", {"a.teleport.example.com", 443}, false},
      {"com", {"example.com", 443}, false},
      {"org,\texample.com", {"example.com", 443}, false},
      // With a port.
      {"example.com:443", {"example.com", 443}, false},
      {"example.com:443", {"example.com", 3080}, true},
      {".example.com:3080", {"a.example.com", 3080}, false},
      {":443", {"example.com", 443}, true},
      // IPs and networks.
      {"10.1.2.3", {"10.1.2.3", 443}, false},
      {"10.1.2.3", {"10.1.2.4", 443}, true},
      {"10.1.2.3:3025", {"10.1.2.3", 3025}, false},
      {"10.1.2.3:3025", {"10.1.2.3", 443}, true},
      {"10.0.0.0/8", {"10.200.1.1", 443}, false},
      {"10.0.0.0/8", {"11.0.0.1", 443}, true},
      {"10.1.2.128/25", {"10.1.2.127", 443}, true},
      {"10.1.2.128/25", {"10.1.2.129", 443}, false},
      {"0.0.0.0/0", {"8.8.8.8", 443}, false},
      {"0.0.0.0/0", {"2001:db8::1", 443}, true},
      {"2001:db8::/32", {"2001:db8:5::1", 443}, false},
      {"2001:db8::/32", {"2001:db9::1", 443}, true},
      {"::/0", {"10.0.0.1", 443}, true},
      {"[2001:db8::1]:443", {"2001:db8::1", 443}, false},
      {"2001:db8::1", {"2001:db8::1", 80}, false},
      {"::ffff:10.1.2.3", {"10.1.2.3", 443}, false},
      // A network says nothing of names, and what can't be read nothing at all.
      {"10.0.0.0/8", {"ten.example.com", 443}, true},
      {"10.0.0.0/33,/,,[,]", {"10.0.0.1", 443}, true},
      // Loopback never.
      {"", {"localhost", 3080}, false},
      {"", {"127.0.0.1", 3080}, false},
      {"", {"127.9.9.9", 3080}, false},
      {"", {"::1", 3080}, false},
      {"", {"::ffff:127.0.0.1", 3080}, false},
      {"", {"localhost.example.com", 3080}, true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(is_proxied(row.except, row.to), row.proxied)
        << "NO_PROXY=" << row.except << " " << row.to.text();
}

struct url_row {
  const char* url;
  const char* at;
  bool tls;
  const char* authorization;
};

TEST(ProxyRules, ReadUrls) {
  const url_row rows[] = {
      {"http://proxy.corp:3128", "proxy.corp:3128", false, ""},
      {" http://proxy.corp:3128/ ", "proxy.corp:3128", false, ""},
      {"proxy.corp:3128", "proxy.corp:3128", false, ""},
      {"proxy.corp", "proxy.corp:80", false, ""},
      {"http://proxy.corp", "proxy.corp:80", false, ""},
      {"HTTPS://proxy.corp", "proxy.corp:443", true, ""},
      {"https://[2001:db8::5]:8443", "[2001:db8::5]:8443", true, ""},
      {"http://[2001:db8::5]", "[2001:db8::5]:80", false, ""},
      {"http://user:pass@proxy.corp:3128", "proxy.corp:3128", false, "Basic dXNlcjpwYXNz"},
      {"user:pass@proxy.corp:3128", "proxy.corp:3128", false, "Basic dXNlcjpwYXNz"},
      {"http://user@proxy.corp:3128", "proxy.corp:3128", false, "Basic dXNlcjo="},
      {"http://us%40er:p%3Ass%zz@proxy.corp:3128", "proxy.corp:3128", false,
       "Basic dXNAZXI6cDpzcyV6eg=="},
  };
  for (const auto& row : rows) {
    const auto rules = proxy_rules::parse(row.url, "");
    ASSERT_TRUE(rules) << row.url << ": " << rules.failure().message;
    const auto proxy = rules.value().proxy_for({"teleport.example.com", 443});
    ASSERT_TRUE(proxy) << row.url;
    EXPECT_EQ(proxy->at.text(), row.at) << row.url;
    EXPECT_EQ(proxy->tls, row.tls) << row.url;
    EXPECT_EQ(proxy->authorization.reveal(), row.authorization) << row.url;
  }
}

TEST(ProxyRules, RefuseUrlsThatCanNotBeUsedAndKeepTheirSecret) {
  for (const std::string url :
       {"socks5://user:s3cret@proxy.corp:1080", "http://user:s3cret@:3128", "http://user:s3cret@",
        "http://user:s3cret@proxy.corp:99999", "http://user:s3cret@a:b:c"}) {
    const auto rules = proxy_rules::parse(url, "");
    ASSERT_FALSE(rules) << url;
    EXPECT_EQ(rules.failure().code, errc::config);
    EXPECT_TRUE(rules.failure().message.starts_with("HTTPS_PROXY: ")) << rules.failure().message;
    EXPECT_EQ(rules.failure().message.find("s3cret"), std::string::npos);
  }
}

TEST(ProxyRules, WithoutAProxyEverythingGoesStraight) {
  EXPECT_FALSE(proxy_rules().proxy_for({"teleport.example.com", 443}));
  EXPECT_FALSE(proxy_rules::parse("", "a.b").value().proxy_for({"teleport.example.com", 443}));
}

/// Sets variables for one test; nothing else runs in this process meanwhile.
class variables {
 public:
  explicit variables(std::vector<std::pair<const char*, const char*>> all) : all_(std::move(all)) {
    for (const auto& [name, value] : all_) ::setenv(name, value, 1);
  }
  ~variables() {
    for (const auto& [name, value] : all_) ::unsetenv(name);
  }
  variables(const variables&) = delete;
  variables& operator=(const variables&) = delete;

 private:
  std::vector<std::pair<const char*, const char*>> all_;
};

TEST(ProxyRules, ComeFromTheEnvironmentUpperCaseFirst) {
  const variables set({{"HTTPS_PROXY", "upper:1"},
                       {"https_proxy", "lower:2"},
                       {"no_proxy", "example.com"},
                       {"HTTP_PROXY", "plain:3"}});
  const auto rules = proxy_rules::from_environment();
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules.value().proxy_for({"example.org", 443})->at.text(), "upper:1");
  EXPECT_FALSE(rules.value().proxy_for({"example.com", 443}));
}

}  // namespace
}  // namespace teleport::net
