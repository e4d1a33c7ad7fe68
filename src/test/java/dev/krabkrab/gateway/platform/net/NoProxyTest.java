package dev.krabkrab.gateway.platform.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which targets are reached without a proxy. */
class NoProxyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Names: themselves and all below.
        "example.com           | example.com       | 443 | true",
        "example.com           | api.example.com   | 443 | true",
        "example.com           | a.b.example.com   | 443 | true",
        "example.com           | badexample.com    | 443 | false",
        "example.com           | example.com.evil  | 443 | false",
        "EXAMPLE.com           | Api.Example.COM   | 443 | true",
        "example.com           | example.com.      | 443 | true",
        "example.com.          | example.com       | 443 | true",
        // Those below alone.
        ".example.com          | api.example.com   | 443 | true",
        ".example.com          | example.com       | 443 | false",
        "*.example.com         | api.example.com   | 443 | true",
        "*.example.com         | example.com       | 443 | false",
        // With a port.
        "example.com:8443      | example.com       | 8443 | true",
        "example.com:8443      | example.com       | 443 | false",
        ".example.com:8443     | a.example.com     | 8443 | true",
        "10.1.2.3:80           | 10.1.2.3          | 80  | true",
        "10.1.2.3:80           | 10.1.2.3          | 443 | false",
        "[2001:db8::1]:80      | 2001:db8::1       | 80  | true",
        "[2001:db8::1]:80      | 2001:db8::1       | 81  | false",
        // Addresses and ranges.
        "10.1.2.3              | 10.1.2.3          | 443 | true",
        "10.1.2.3              | 10.1.2.4          | 443 | false",
        "10.0.0.0/8            | 10.200.0.1        | 443 | true",
        "10.0.0.0/8            | 11.0.0.1          | 443 | false",
        "10.0.0.0/8            | ten.example.com   | 443 | false",
        "2001:db8::/32         | 2001:db8:1::2     | 443 | true",
        "2001:db8::/32         | [2001:db8:1::2]   | 443 | true",
        "[2001:db8::1]         | 2001:db8::1       | 443 | true",
        "2001:db8::1           | 2001:db8::2       | 443 | false",
        // Several, and all.
        "a.test , b.test       | b.test            | 443 | true",
        "a.test b.test         | b.test            | 443 | true",
        "a.test , , b.test     | c.test            | 443 | false",
        "*                     | anything.test     | 1   | true",
        "*                     | 8.8.8.8           | 53  | true",
        // Always.
        "''                    | localhost         | 80  | true",
        "''                    | a.localhost       | 80  | true",
        "''                    | 127.0.0.1         | 80  | true",
        "''                    | 127.9.9.9         | 80  | true",
        "''                    | [::1]             | 80  | true",
        "''                    | ::ffff:127.0.0.1  | 80  | true",
        "''                    | 169.254.169.254   | 80  | true",
        "''                    | fe80::1%eth0      | 80  | true",
        "''                    | kubernetes.default.svc | 443 | true",
        "''                    | redis.ns.svc.cluster.local | 443 | true",
        "''                    | svc.example.com   | 443 | false",
        "''                    | 10.0.0.1          | 443 | false",
        "''                    | notlocalhost      | 443 | false",
        "''                    | 127.0.0.1.nip.io  | 443 | false",
      })
  void anEntryCovers(String entries, String host, int port, boolean covered) {
    NoProxy read = NoProxy.parse(List.of(entries.split(",", -1)));
    assertThat(read).isNotNull();
    assertThat(read.covers(host, port)).isEqualTo(covered);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com",
        "10.0.0.0/33",
        "10.0.0.0/x",
        "example.com:0",
        "example.com:70000",
        "example.com:https",
        "exa*mple.com",
        "10.*",
        "a..b",
        "user@example.com",
        ".",
        "*.",
        "[::1"
      })
  void whatCannotBeReadIsNoEntry(String text) {
    assertThat(NoProxy.parse(List.of("good.test", text))).isNull();
  }
}
