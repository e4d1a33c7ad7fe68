package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginRulesTest {
  private static final OriginRules LISTED =
      OriginRules.of(List.of("https://console.example.com", "tauri://localhost"), false);

  @ParameterizedTest
  @CsvSource({
    // Listed, whatever the host.
    "https://console.example.com, gw.example.com, false, true",
    "HTTPS://CONSOLE.example.com:443, gw.example.com, false, true",
    "tauri://localhost, gw.example.com, false, true",
    "http://console.example.com, gw.example.com, false, false",
    "https://console.example.com:8443, gw.example.com, false, false",
    "https://console.example.com.evil.example, gw.example.com, false, false",
    "https://evil.example, gw.example.com, false, false",
    // A page of this host, for a client on it.
    "http://localhost:5173, 127.0.0.1:18789, true, true",
    "http://127.0.0.1:18789, localhost:18789, true, true",
    "http://[::1]:18789, [::1]:18789, true, true",
    "http://localhost:5173, 10.0.0.5:18789, false, false",
    "https://localhost.evil.example, 127.0.0.1:18789, true, false",
    "https://evil.example, 127.0.0.1:18789, true, false",
    // Under the gateway's own address; a name may have been rebound.
    "http://10.0.0.5:18789, 10.0.0.5:18789, false, true",
    "https://10.0.0.5, 10.0.0.5:443, false, true",
    "http://10.0.0.5:8080, 10.0.0.5:18789, false, false",
    "http://rebound.example:18789, rebound.example:18789, false, false",
    "http://rebound.example:18789, rebound.example:18789, true, false",
    // Under a name that nobody else can have lead here.
    "https://gw.example.com, gw.example.com, false, true",
    "https://gw.example.com, gw.example.com:443, false, true",
    "https://gw.example.com:8443, gw.example.com:8443, false, true",
    "https://gw.example.com:8443, gw.example.com, false, false",
    "https://gw.example.com, other.example.com, false, false",
    "http://localhost:18789, localhost:18789, false, true",
    "http://localhost:8080, localhost:18789, false, false",
    "http://localhost.evil.example:18789, localhost.evil.example:18789, false, false",
  })
  void pagesAreJudgedByTheirOrigin(String origin, String host, boolean local, boolean welcome) {
    String problem = LISTED.problem(headers(origin, host), local);

    assertThat(problem).isEqualTo(welcome ? null : "origin not allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "localhost",
        "file://",
        "http://",
        "https://console.example.com/",
        "https://console.example.com/x",
        "https://u@console.example.com",
        "https://console.example.com https://evil.example",
        "https://console.example.com#x",
        "\u0000",
      })
  void whatIsNoOriginIsRefused(String origin) {
    assertThat(LISTED.problem(headers(origin, "127.0.0.1"), true))
        .isEqualTo("origin missing or invalid");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "https://gw.example.com, gw.example.com, true",
        "https://gw.example.com, gw.example.com:443, true",
        "https://gw.example.com, other.example.com, false",
        "https://gw.example.com, -, false",
        "http://gw.example.com, gw.example.com, false",
      })
  void aTrustedProxyTellsTheHostItWasAskedFor(String origin, String forwarded, boolean welcome) {
    String problem = LISTED.problem(headers(origin, "10.0.0.5:18789"), false, forwarded);

    assertThat(problem).isEqualTo(welcome ? null : "origin not allowed");
  }

  @Test
  void twoOriginsAreNone() {
    MultiMap headers = headers("https://console.example.com", "gw").add("Origin", "http://x");

    assertThat(LISTED.problem(headers, false)).isEqualTo("origin missing or invalid");
  }

  @Test
  void whoeverSendsNoOriginIsNoBrowser() {
    assertThat(OriginRules.DEFAULT.problem(MultiMap.caseInsensitiveMultiMap(), false)).isNull();
    assertThat(OriginRules.DEFAULT.problem(headers(" ", "gw.example.com"), false)).isNull();
  }

  @Test
  void theHostHeaderCountsWhereItIsTrusted() {
    OriginRules rules = OriginRules.of(List.of(), true);

    assertThat(rules.problem(headers("https://gw.example.com", "GW.example.com"), false)).isNull();
    assertThat(rules.problem(headers("https://gw.example.com", "other.example.com"), false))
        .isEqualTo("origin not allowed");
    assertThat(rules.problem(headers("https://gw.example.com", "x@gw.example.com"), false))
        .isEqualTo("origin not allowed");
  }

  @Test
  void aStarIsEveryPage() {
    OriginRules rules = OriginRules.of(List.of(" * "), false);

    assertThat(rules.problem(headers("https://evil.example", "gw"), false)).isNull();
    assertThat(rules.problem(headers("null", "gw"), false)).isNull();
  }

  private static MultiMap headers(String origin, String host) {
    return MultiMap.caseInsensitiveMultiMap().add("Origin", origin).add("Host", host);
  }
}
