package dev.krabkrab.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalityTest {
  private static final String OWN_TAILNET = "100.101.102.103";

  @Test
  void loopbackWithALocalHostIsLocal() {
    for (String host :
        List.of("localhost", "LOCALHOST:9", "127.0.0.1:1", "[::1]:9", "foo.ts.net")) {
      assertThat(judge("127.0.0.1", "host", host).local()).as(host).isTrue();
    }
    assertThat(judge("::ffff:127.0.0.1", "host", "localhost").local()).isTrue();
    assertThat(judge("::1", "host", "localhost").local()).isTrue();
  }

  @Test
  void otherHostsOverLoopbackAreRemote() {
    for (String host : List.of("gw.example.com", "127.0.0.2", "localhost.", "", "[::1")) {
      assertThat(judge("127.0.0.1", "host", host).local()).as(host).isFalse();
    }
    assertThat(judge("127.0.0.1").local()).isFalse();
  }

  @Test
  void forwardingHeadersOfAStrangerMakeTheClientRemote() {
    for (String header : List.of("x-forwarded-for", "x-real-ip", "x-forwarded-host")) {
      Locality judged = judge("127.0.0.1", "host", "localhost", header, "127.0.0.1");
      assertThat(judged.local()).as(header).isFalse();
      assertThat(judged.reportedIp()).isNull();
    }
  }

  @Test
  void trustedProxySpeaksForItsClient() {
    assertThat(judge("10.1.2.3", "host", "localhost", "x-forwarded-for", "127.0.0.1").local())
        .isTrue();
    Locality remote = judge("10.1.2.3", "host", "localhost", "x-forwarded-for", "9.9.9.9:4711");
    assertThat(remote).isEqualTo(new Locality(false, "9.9.9.9", "9.9.9.9", false));
    assertThat(judge("10.1.2.3", "host", "localhost", "x-real-ip", "8.8.8.8").clientIp())
        .isEqualTo("8.8.8.8");
    assertThat(judge("10.1.2.3", "x-forwarded-for", "[2001:DB8::1]:80").clientIp())
        .isEqualTo("2001:db8::1");
  }

  @Test
  void whatTheClientWroteIntoForwardedForIsNotBelieved() {
    Locality judged =
        judge("10.1.2.3", "host", "localhost", "x-forwarded-for", "127.0.0.1, 9.9.9.9, 10.7.7.7");
    assertThat(judged.clientIp()).isEqualTo("9.9.9.9");
    assertThat(judged.local()).isFalse();
    Locality twoLines =
        judge(
            "10.1.2.3",
            "host",
            "localhost",
            "x-forwarded-for",
            "127.0.0.1",
            "x-forwarded-for",
            "9.9.9.9");
    assertThat(twoLines.clientIp()).isEqualTo("9.9.9.9");
  }

  @Test
  void textThatOnlyLooksLikeLoopbackIsRemote() {
    assertThat(
            judge("10.1.2.3", "host", "localhost", "x-forwarded-for", "127.evil.example").local())
        .isFalse();
  }

  @Test
  void ownTailnetAddressIsLocal() {
    assertThat(judge(OWN_TAILNET, "host", OWN_TAILNET + ":18789").local()).isTrue();
    assertThat(judge(OWN_TAILNET, "host", "box.tail1.ts.net").local()).isTrue();
    assertThat(judge("100.101.102.104", "host", "box.tail1.ts.net").local()).isFalse();
    assertThat(judge("192.168.1.7", "host", "localhost").local()).isFalse();
  }

  @Test
  void autoApprovalCanBeOffForLocalClients() {
    var settings = new Locality.Settings(List.of(), Set.of(), false);
    Locality judged = Locality.of("127.0.0.1", headers("host", "localhost"), settings);
    assertThat(judged.local()).isTrue();
    assertThat(judged.mayApproveSilently()).isFalse();
  }

  @Test
  void remoteAddressIsReported() {
    assertThat(judge("192.0.2.7", "host", "gw").reportedIp()).isEqualTo("192.0.2.7");
    assertThat(judge("127.0.0.1", "host", "gw").reportedIp()).isNull();
  }

  @Test
  void rangesMatchByPrefix() {
    assertThat(Cidr.parse("10.0.0.0/12").contains("10.15.255.255")).isTrue();
    assertThat(Cidr.parse("10.0.0.0/12").contains("10.16.0.0")).isFalse();
    assertThat(Cidr.parse("0.0.0.0/0").contains("8.8.8.8")).isTrue();
    assertThat(Cidr.parse("0.0.0.0/0").contains("::1")).isFalse();
    assertThat(Cidr.parse("fd00::/8").contains("fdff::1")).isTrue();
    assertThat(Cidr.parse("10.0.0.1").contains("10.0.0.1")).isTrue();
    assertThat(Cidr.parse("10.0.0.1").contains("10.0.0.10")).isFalse();
    for (String text : List.of("gw", "10.0.0.0/33", "10.0.0.0/x", "", "10.0.0.0/-1")) {
      assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Locality judge(String peer, String... headers) {
    List<Cidr> trusted = List.of(Cidr.parse("10.0.0.0/8"));
    return Locality.of(
        peer, headers(headers), new Locality.Settings(trusted, Set.of(OWN_TAILNET), true));
  }

  private static MultiMap headers(String... pairs) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.add(pairs[i], pairs[i + 1]);
    }
    return headers;
  }
}
