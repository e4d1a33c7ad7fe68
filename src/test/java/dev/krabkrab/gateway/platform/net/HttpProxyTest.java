package dev.krabkrab.gateway.platform.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the address of a proxy is read. */
class HttpProxyTest {
  @ParameterizedTest
  @CsvSource({
    "http://proxy:3128, proxy:3128, , ''",
    "http://proxy:3128/, proxy:3128, , ''",
    "proxy:3128, proxy:3128, , ''",
    "http://proxy, proxy:80, , ''",
    "HTTP://10.0.0.1:8080, 10.0.0.1:8080, , ''",
    "http://[::1]:3128, [::1]:3128, , ''",
    "http://ann:pw@proxy:3128, proxy:3128, ann, pw",
    "ann:pw@proxy:3128, proxy:3128, ann, pw",
    "http://ann@proxy:3128, proxy:3128, ann, ''",
    "http://a%40b:p%3Aw%2F+x@proxy:3128, proxy:3128, a@b, p:w/+x",
    "http://ann:p:w@proxy:3128, proxy:3128, ann, p:w",
  })
  void anAddressIsRead(String text, String address, String user, String password) {
    HttpProxy proxy = HttpProxy.parse(text);
    assertThat(proxy).isNotNull();
    assertThat(proxy.address()).isEqualTo(address);
    assertThat(proxy.user()).isEqualTo(user);
    assertThat(proxy.password()).isEqualTo(password);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://proxy:3128",
        "socks5://proxy:1080",
        "http://",
        "http://proxy:0",
        "http://proxy:99999",
        "http://proxy:3128/path",
        "http://proxy:3128?a=b",
        "http://proxy:3128#a",
        "http://a b@proxy:3128",
        "http://a%0Ab:c@proxy:3128",
        "http://a%3Ab:c@proxy:3128",
        "http://:pw@proxy:3128",
        "http://a%zz@proxy:3128",
        "pro xy:3128"
      })
  void whatIsNoneIsRefused(String text) {
    assertThat(HttpProxy.parse(text)).isNull();
  }

  @Test
  void thePasswordIsNotShown() {
    HttpProxy proxy = HttpProxy.parse("http://ann:secret-word@proxy:3128");
    assertThat(proxy).asString().isEqualTo("proxy:3128");
    assertThat(new Egress(proxy, proxy, NoProxy.NONE).toString()).doesNotContain("secret-word");
    assertThat(proxy.authorization()).isEqualTo("Basic YW5uOnNlY3JldC13b3Jk");
  }
}
