package dev.krabkrab.gateway.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json5;
import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code tools.httpFetch.allow}. */
class FetchRulesTest {
  private static FetchRules rules(String entry) {
    return FetchRules.of(Json5.parse("{tools:{httpFetch:{allow:['" + entry + "']}}}"));
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, https://example.com/, true",
    "Example.COM, https://EXAMPLE.com./a?b, true",
    "example.com, http://example.com/, false",
    "example.com, https://example.com:8443/, false",
    "example.com, https://sub.example.com/, false",
    "example.com, https://example.com.evil.test/, false",
    "https://example.com, https://example.com/, true",
    "example.com:8443, https://example.com:8443/, true",
    "http://example.com, http://example.com/, true",
    "http://example.com, https://example.com/, false",
    "*.example.com, https://a.b.example.com/, true",
    "*.example.com, https://example.com/, false",
    "*.example.com, https://badexample.com/, false",
    "*, https://example.com/, false",
    "*., https://example.com/, false",
    "ftp://example.com, https://example.com/, false",
    "https://example.com/only, https://example.com/only, false",
    "u@example.com, https://example.com/, false",
    "[::1]:8443, 'https://[::1]:8443/', true",
    "'', https://example.com/, false"
  })
  void anEntryAllowsWhatItNames(String entry, String url, boolean allowed) {
    assertThat(rules(entry).allows(FetchTarget.of(URI.create(url)))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "1.1.1.1, true",
    "2606:4700::1111, true",
    "127.0.0.1, false",
    "0.0.0.0, false",
    "10.1.2.3, false",
    "172.31.0.1, false",
    "172.32.0.1, true",
    "192.168.1.1, false",
    "169.254.169.254, false",
    "100.64.0.1, false",
    "224.0.0.1, false",
    "255.255.255.255, false",
    "::1, false",
    "::, false",
    "::ffff:10.0.0.1, false",
    "64:ff9b::a00:1, false",
    "2002:a00:1::, false",
    "fe80::1, false",
    "fc00::1, false",
    "ff02::1, false"
  })
  void addressesOfNoPublicNetworkAreKnown(String address, boolean open) {
    assertThat(PublicNetwork.has(InetAddress.ofLiteral(address))).isEqualTo(open);
    FetchTarget target = FetchTarget.of(URI.create("https://example.com/"));
    assertThat(rules("example.com").allows(target, InetAddress.ofLiteral(address))).isEqualTo(open);
  }
}
