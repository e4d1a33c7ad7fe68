package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.krabkrab.gateway.platform.net.Cidr;
import dev.krabkrab.gateway.platform.transport.PeerAddress;
import io.vertx.core.MultiMap;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalityTest {
  private static final String OWN_TAILNET = "100.101.102.103";
  private static final Locality.Settings LOOPBACK_PROXY =
      new Locality.Settings(
          List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("10.0.0.0/8")), Set.of(OWN_TAILNET), true);

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:1@evil.example",
        "localhost:80,evil.example",
        "localhost,evil.example",
        "localhost:x",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:+80",
        "localhost:80:80",
        "localhost:80/",
        "localhost/",
        "localhost#",
        "localhost?x",
        "localhost evil.example",
        "user@localhost",
        "http://localhost",
        "127.0.0.1.evil.example",
        "127.1",
        "0127.0.0.1",
        "[::1]evil.example",
        "[::1]:",
        "[::1]:1@evil.example",
        "[::1",
        "::1",
        "[127.0.0.1]x",
        "evil.example:1@x.ts.net",
        "evil.example/.ts.net",
        "evil.example,x.ts.net:80",
        "x.ts.net:y"
      })
  void aHostIsLocalAsAWholeOrNotAtAll(String host) {
    assertThat(judge("127.0.0.1", "host", host).local()).isFalse();
    assertThat(proxied("x-forwarded-for", "127.0.0.1", "x-forwarded-host", host).local()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        "/x, localhost:80, -, true",
        "*, localhost:80, -, true",
        "/x, localhost:80, localhost:80, true",
        "/x, -, localhost:80, true",
        "/x, -, -, false",
        "/x, -, gw.example.org, false",
        "/x, localhost:80, gw.example.org, false",
        "http://localhost:80/x, localhost:80, -, true",
        "http://LOCALHOST:80, localhost:80, -, true",
        "http://gw.example.org/x, localhost, -, false",
        "http://gw.example.org, localhost, localhost, false",
        "ws://gw.example.org?x=/, localhost, -, false",
        "http://localhost@gw.example.org/x, localhost, -, false",
        "http://127.0.0.1/x, localhost, -, false",
        "http://localhost/x, gw.example.org, -, false",
        "http:///x, localhost, -, false",
        "gw.example.org:80, localhost:80, -, false",
        "~~, localhost:80, -, false"
      })
  void whatARequestSaysOfItsHostMustNotContradictItself(
      String target, @Nullable String host, @Nullable String authority, boolean local) {
    MultiMap sent = host == null ? headers() : headers("host", host);
    HostAndPort understood = authority == null ? null : HostAndPort.parseAuthority(authority, -1);
    MultiMap judged = HostClaims.in(sent, target, understood);
    assertThat(
            Locality.of("127.0.0.1", judged, new Locality.Settings(List.of(), Set.of(), true))
                .local())
        .isEqualTo(local);
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

  /** Whatever was written by somebody in between, in whatever spelling, with or without a value. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded",
        "FORWARDED",
        "X-Forwarded-For",
        "x-forwarded-for",
        "X_Forwarded_For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Forwarded-Server",
        "X-Forwarded-Prefix",
        "X-Forwarded-Protocol",
        "X-Forwarded-Ssl",
        "X-Forwarded-Scheme",
        "X-Forwarded-Client-Cert",
        "X-Forwarded",
        "X-Forwarded-By",
        "X-Forwarded-User",
        "Forwarded-For",
        "X-ForwardedFor",
        "X-Real-IP",
        "X-REAL-ip",
        "Via",
        "VIA",
        "CF-Connecting-IP",
        "CF-Connecting-IPv6",
        "CF-Ray",
        "CF-Visitor",
        "CF-IPCountry",
        "CDN-Loop",
        "True-Client-IP",
        "Fastly-Client-IP",
        "Fastly-FF",
        "X-Client-IP",
        "Client-IP",
        "X-Cluster-Client-IP",
        "Fly-Client-IP",
        "Fly-Forwarded-Port",
        "DO-Connecting-IP",
        "X-Envoy-External-Address",
        "X-Envoy-Internal",
        "X-Envoy-Attempt-Count",
        "X-Amzn-Trace-Id",
        "X-Amz-Cf-Id",
        "CloudFront-Viewer-Address",
        "X-Original-For",
        "X-Original-URL",
        "X-Original-Host",
        "X-Originating-IP",
        "X-Remote-Addr",
        "X-Remote-IP",
        "Remote-User",
        "X-Azure-ClientIP",
        "X-Azure-FDID",
        "X-AppEngine-User-IP",
        "X-ARR-SSL",
        "X-ARR-LOG-ID",
        "X-ProxyUser-Ip",
        "Proxy-Connection",
        "X-Proxy-User",
        "X-Vercel-Forwarded-For",
        "X-NF-Client-Connection-IP",
        "X-Varnish",
        "X-Kong-Request-Id",
        "X-HAProxy-Server",
        "X-Goog-Iap-Jwt-Assertion",
        "X-Rewrite-URL",
        "X-Url-Scheme",
        "Front-End-Https",
        "SSL-Client-Cert",
        "X-SSL-Client-Verify",
        "Akamai-Origin-Hop",
        "X-Akamai-Edgescape",
        "X-Ingress-Path",
        "X-Tailscale-Funnel",
        "Tailscale-User-Login",
        "Tailscale-User-Name",
        "X-Auth-Request-User",
        "X-WebAuth-User",
        "X-Max-Forwards",
        "Max-Forwards",
        "X-Host",
        "X-Served-By",
        "X-Linkerd-Id",
        "X-Istio-Attributes",
        "Sucuri-ClientIP",
        "Incap-Client-IP",
        "X-Coming-From",
        "Coming-From",
        "X_Coming_From",
        "X-Client",
        "X-Orig-Client",
        "X-Orig-Host",
        "X-Authenticated-Userid",
        "X-Authenticated-Email",
        "X-Codespaces",
        "X-GitHub-Codespaces-Port",
        "X-User",
        "X-User-Id",
        "X-User-Email",
        "X-Username",
        "X-SSO-Session",
        "X-Visitor",
        "X-Replit-User-Id",
        "Rndr-Id"
      })
  void everySignOfAProxyMakesAClientRemote(String header) {
    for (String value : List.of("", "127.0.0.1", "for=127.0.0.1", "localhost", "https")) {
      assertThat(judge("127.0.0.1", "host", "localhost", header, value).local()).isFalse();
      assertThat(judge("127.0.0.1", "host", "localhost", header, value).reportedIp()).isNull();
      assertThat(judge("127.0.0.1", "host", "localhost", header, value, header, "").local())
          .isFalse();
    }
  }

  @Test
  void whatDirectClientsSendMakesNobodyRemote() {
    Locality judged =
        judge(
            "127.0.0.1",
            ("Host,localhost:1,Connection,Upgrade,Upgrade,websocket,Sec-WebSocket-Key,x,"
                    + "Sec-WebSocket-Version,13,Sec-WebSocket-Extensions,permessage-deflate,"
                    + "Sec-WebSocket-Protocol,a,Sec-Fetch-Site,same-origin,Sec-CH-UA,x,"
                    + "Sec-GPC,1,User-Agent,x,Origin,http://localhost:1,Referer,x,Accept,*/*,"
                    + "Accept-Encoding,gzip,Accept-Language,de,Cache-Control,no-cache,Pragma,x,"
                    + "Cookie,a=b,Authorization,Bearer x,Content-Type,application/json,"
                    + "Content-Length,2,Transfer-Encoding,chunked,Expect,100-continue,TE,trailers,"
                    + "Keep-Alive,5,DNT,1,Priority,u=1,Date,x,Range,x,If-None-Match,x,"
                    + "Upgrade-Insecure-Requests,1,X-Requested-With,x,Idempotency-Key,1,"
                    + "traceparent,x,tracestate,x,baggage,x,X-Api-Key,x,X-Title,x,"
                    + "X-Stainless-Lang,js,OpenAI-Organization,x,X-OpenClaw-Agent-Id,main,"
                    + "X-OpenClaw-Session-Key,main,X-KrabKrab-Session-Key,x,X-Request-Id,1")
                .split(",", -1));
    assertThat(judged.local()).isTrue();
  }

  /** A client inside of the trusted range names itself what it likes; the proxy only appends. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1, 10.3.3.3",
        "::1",
        "::ffff:127.0.0.1",
        "127.9.9.9",
        "127.0.0.1:80",
        OWN_TAILNET,
        "[::1]:9",
        "10.3.3.3, 127.0.0.1"
      })
  void aHeaderMakesNoAddressLoopbackUnlessEveryHopIsHere(String forwarded) {
    for (String header : List.of("x-forwarded-for", "x-real-ip")) {
      Locality behind = judge("10.1.2.3", "host", "localhost", header, forwarded);
      assertThat(behind.local()).isFalse();
      assertThat(behind.clientIp()).isNotEqualTo("127.0.0.1").isNotEqualTo("::1");
      assertThat(behind.reportedIp()).isIn(null, "10.3.3.3");
    }
    String quoted = "for=\"" + forwarded.split(",", -1)[0] + "\"";
    assertThat(judge("10.1.2.3", "host", "localhost", "forwarded", quoted).local()).isFalse();
    Locality own =
        Locality.of(
            "127.0.0.1",
            headers("host", "localhost", "x-forwarded-for", "127.0.0.1, 10.3.3.3"),
            LOOPBACK_PROXY);
    assertThat(own.local()).isFalse();
  }

  @Test
  void aProxyOnThisHostMaySpeakForAClientOnThisHost() {
    assertThat(proxied("x-forwarded-for", "127.0.0.1").local()).isTrue();
    assertThat(proxied("forwarded", "for=127.0.0.1;proto=http;host=\"localhost:18789\"").local())
        .isTrue();
    assertThat(proxied("x-forwarded-for", "127.0.0.1", "x-forwarded-proto", "https").local())
        .isTrue();
    for (String[] more :
        List.of(
            new String[] {"via", "1.1 x"},
            new String[] {"cf-connecting-ip", "127.0.0.1"},
            new String[] {"true-client-ip", ""},
            new String[] {"x-forwarded-host", "gw.example.org"},
            new String[] {"x-forwarded-host", "localhost, gw.example.org"},
            new String[] {"x-real-ip", "9.9.9.9"},
            new String[] {"forwarded", "for=9.9.9.9"},
            new String[] {"forwarded", "for=127.0.0.1;host=gw.example.org"},
            new String[] {"forwarded", "for=unknown"})) {
      Locality judged = proxied("x-forwarded-for", "127.0.0.1", more[0], more[1]);
      assertThat(judged.local()).as(more[0] + more[1]).isFalse();
      assertThat(judged.reportedIp()).as(more[0] + more[1]).isNull();
    }
    for (String only : List.of("via", "x-forwarded-proto", "x-real-ip", "x-forwarded-host")) {
      assertThat(proxied(only, "127.0.0.1").local()).as(only).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "-",
      value = {
        "for=9.9.9.9 | 9.9.9.9",
        "For=9.9.9.9;proto=https;by=10.1.1.1 | 9.9.9.9",
        "proto=https; for=\"9.9.9.9:4711\" | 9.9.9.9",
        "for=\"[2001:DB8::1]\" | 2001:db8::1",
        "for=\"[2001:db8::1]:80\";host=\"a,b;c\" | 2001:db8::1",
        "for=127.0.0.1, for=9.9.9.9, for=10.7.7.7 | 9.9.9.9",
        "for=10.1.1.1,for=10.2.2.2 | 10.1.1.1",
        "for=9.9.9.9,,for=10.7.7.7, | 9.9.9.9",
        "for=\"9.9.9\\.9\" | 9.9.9.9",
        "for=unknown | -",
        "for=_hidden, for=10.7.7.7 | -",
        "for=9.9.9.9, for=unknown | -",
        "for=9.9.9.9, proto=https | -",
        "for=9.9.9.9;for=8.8.8.8 | -",
        "for=\"9.9.9.9 | -",
        "for=\"9.9.9.9\"x | -",
        "for=evil.example | -",
        "for | -",
        "for= | -",
        "=9.9.9.9 | -",
        "garbage | -"
      })
  void forwardedIsReadFromTrustedProxies(String header, @Nullable String client) {
    Locality judged = judge("10.1.2.3", "host", "localhost", "forwarded", header);
    assertThat(judged.reportedIp()).isEqualTo(client);
    assertThat(judged.clientIp()).isEqualTo(client == null ? "10.1.2.3" : client);
    assertThat(judged.local()).isFalse();
    assertThat(judge("192.0.2.9", "host", "localhost", "forwarded", header).clientIp())
        .isEqualTo("192.0.2.9");
  }

  @Test
  void severalHeadersAreOneChainAndContradictionsAreNotBelieved() {
    Locality lines =
        judge("10.1.2.3", "forwarded", "for=127.0.0.1", "forwarded", "for=9.9.9.9;by=_x");
    assertThat(lines.clientIp()).isEqualTo("9.9.9.9");
    Locality same = judge("10.1.2.3", "forwarded", "for=9.9.9.9", "x-forwarded-for", "9.9.9.9");
    assertThat(same.reportedIp()).isEqualTo("9.9.9.9");
    for (String[] other :
        List.of(
            new String[] {"x-forwarded-for", "8.8.8.8"},
            new String[] {"x-forwarded-for", "unknown"},
            new String[] {"x-real-ip", "8.8.8.8"},
            new String[] {"x-real-ip", "nonsense"})) {
      Locality judged = judge("10.1.2.3", "forwarded", "for=9.9.9.9", other[0], other[1]);
      assertThat(judged.reportedIp()).as(other[0] + other[1]).isNull();
      assertThat(judged.clientIp()).as(other[0] + other[1]).isEqualTo("10.1.2.3");
    }
    Locality two = judge("10.1.2.3", "x-real-ip", "9.9.9.9", "x-real-ip", "8.8.8.8");
    assertThat(two.clientIp()).isEqualTo("10.1.2.3");
  }

  private static Locality proxied(String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "host";
    all[1] = "localhost";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return Locality.of("127.0.0.1", headers(all), LOOPBACK_PROXY);
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

  @Test
  void rangesMatchIpv6ByTheBit() {
    assertThat(Cidr.parse("2001:db8::/33").contains("2001:db8:7fff::1")).isTrue();
    assertThat(Cidr.parse("2001:db8::/33").contains("2001:db8:8000::1")).isFalse();
    assertThat(Cidr.parse("::1").contains("::1")).isTrue();
    assertThat(Cidr.parse("::1").contains("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).isFalse();
    assertThat(Cidr.parse("fd00::/8").contains("ff02::1")).isFalse();
    assertThat(Cidr.parse("::/0").contains("ff02::1")).isTrue();
    assertThat(Cidr.parse("::/0").contains("1.2.3.4")).isFalse();
    // Bits after the prefix do not count.
    assertThat(Cidr.parse("10.1.2.3/8").contains("10.9.9.9")).isTrue();
    assertThat(Cidr.parse("fd00::5/8").contains("fdff::1")).isTrue();
    assertThat(Cidr.parse("255.255.255.255/32").contains("255.255.255.255")).isTrue();
  }

  @Test
  void aMappedAddressIsNoIpv4AddressToARange() {
    assertThat(Cidr.parse("10.0.0.0/8").contains("::ffff:10.0.0.1")).isFalse();
    assertThat(Cidr.parse("::ffff:10.0.0.0/104").contains("::ffff:10.0.0.1")).isTrue();
    assertThat(Cidr.parse("::ffff:10.0.0.0/104").contains("10.0.0.1")).isFalse();
  }

  @Test
  void zonesDoNotCountAndNamesAreNotLookedUp() {
    assertThat(Cidr.parse("fe80::/10").contains("fe80::1%nowhere")).isTrue();
    assertThat(Cidr.parse("fe80::1%nowhere").contains("fe80::1")).isTrue();
    for (String text : List.of("localhost", "10.0.0", "fe80::1::2", "")) {
      assertThat(Cidr.parse("0.0.0.0/0").contains(text)).as(text).isFalse();
      assertThatThrownBy(() -> Cidr.parse(text))
          .hasMessage("not an IP address or CIDR range: " + text);
    }
    assertThatThrownBy(() -> Cidr.parse("10.0.0.0/33")).hasMessage("prefix too long: 10.0.0.0/33");
    assertThatThrownBy(() -> Cidr.parse("::/129")).hasMessage("prefix too long: ::/129");
    assertThatThrownBy(() -> Cidr.parse("::/x")).hasMessage("prefix is not a number: ::/x");
  }

  private static final Locality.Settings NAMED =
      new Locality.Settings(
          List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("127.0.0.1")),
          Set.of(OWN_TAILNET),
          true,
          true);

  /** By the PROXY protocol: peer of the socket, client it names, headers; what becomes of them. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "10.0.0.1, 198.51.100.7, host: localhost, 198.51.100.7, 198.51.100.7",
        "127.0.0.1, 198.51.100.7, host: localhost, 198.51.100.7, 198.51.100.7",
        // A client's own headers name nobody.
        "10.0.0.1, 198.51.100.7, x-forwarded-for: 203.0.113.1, -, 198.51.100.7",
        "10.0.0.1, 198.51.100.7, forwarded: for=203.0.113.1, -, 198.51.100.7",
        "10.0.0.1, 198.51.100.7, x-forwarded-for: 127.0.0.1, -, 198.51.100.7",
        // Those of a trusted proxy behind the balancer do.
        "10.0.0.1, 10.0.0.2, x-forwarded-for: 203.0.113.1, 203.0.113.1, 203.0.113.1",
        "10.0.0.1, 10.0.0.2, x-forwarded-for: 127.0.0.1, -, 10.0.0.2",
        // Nobody is here, whoever says so.
        "10.0.0.1, 127.0.0.1, host: localhost, -, 10.0.0.1",
        "127.0.0.1, 127.0.0.1, host: localhost, -, 127.0.0.1",
        "127.0.0.1, ::1, host: localhost, -, 127.0.0.1",
        "127.0.0.1, ::ffff:127.0.0.1, host: localhost, -, 127.0.0.1",
        "10.0.0.1, " + OWN_TAILNET + ", host: localhost, -, 10.0.0.1",
        // One that may name nobody is believed nothing.
        "192.0.2.1, 198.51.100.7, host: localhost, -, 192.0.2.1",
      })
  void whomABalancerNamesIsNeverHere(
      String peer, String named, String header, String reported, String client) {
    String[] pair = header.split(": ", 2);
    Locality judged = Locality.of(new PeerAddress(peer, named), headers(pair), NAMED);
    assertThat(judged).isEqualTo(new Locality(false, reported, client, false));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.2, true",
    "10.0.0.1, 198.51.100.7, false",
    "10.0.0.1, 10.0.0.1, false",
    "192.0.2.1, 10.0.0.2, false",
  })
  void headersOfUsersAreBelievedOfTheProxyBehindTheBalancerAlone(
      String peer, String named, boolean believed) {
    assertThat(Locality.isTrustedProxy(new PeerAddress(peer, named), NAMED)).isEqualTo(believed);
  }

  @Test
  void withoutTheProtocolTheSocketSpeaks() {
    var usual = new Locality.Settings(List.of(Cidr.parse("10.0.0.0/8")), Set.of(), true);
    assertThat(Locality.isTrustedProxy(PeerAddress.direct("10.0.0.1"), usual)).isTrue();
    assertThat(
            Locality.of(PeerAddress.direct("127.0.0.1"), headers("host", "localhost"), usual)
                .local())
        .isTrue();
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
