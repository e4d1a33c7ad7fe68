package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances behind balancers of layer 4 that speak from 127.0.0.2, and one beside them that is
 * reached directly.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyProtocolIT {
  private static final String BALANCER = "127.0.0.2";
  private static final String CONFIG =
      "{gateway:{auth:{token:'"
          + Cluster.TOKEN
          + "',rateLimit:{maxAttempts:2}}"
          + ",limits:{headerTimeoutMs:1500}}}";
  private static final int PATIENCE_MS = 30_000;

  private final RedisSettings redis = TestRedis.settings();
  private final LittleBalancer[] balancers = new LittleBalancer[2];
  private Cluster direct;
  private Cluster cluster;
  private Peer admin;

  private static Map<String, String> environment(String... more) {
    Map<String, String> all = new HashMap<>();
    all.put("KRABKRAB_TRUSTED_PROXIES", BALANCER);
    all.put("KRABKRAB_PROXY_PROTOCOL", "on");
    for (int at = 0; at < more.length; at += 2) {
      all.put(more[at], more[at + 1]);
    }
    return all;
  }

  @BeforeAll
  void start() {
    direct = Cluster.of(1, redis, CONFIG, Map.of());
    cluster = Cluster.of(2, redis, CONFIG, environment());
    admin = direct.admin(0);
    for (int i = 0; i < 2; i++) {
      balancers[i] = new LittleBalancer(BALANCER, cluster.port(i));
    }
  }

  @AfterAll
  void stop() throws IOException {
    admin.close();
    for (LittleBalancer balancer : balancers) {
      balancer.close();
    }
    cluster.close();
    direct.close();
  }

  private JsonNode refusal(int instance, Connect connect, String... headers) {
    try (Peer peer = Peer.open(balancers[instance].port(), headers)) {
      return peer.connect(connect).path("error");
    }
  }

  private static String code(JsonNode error) {
    return error.at("/details/code").asText();
  }

  /** What an administrator is shown of a device that asks to be paired. */
  private JsonNode asking(DeviceKeys device) {
    return StreamSupport.stream(
            admin.ok("device.pair.list", "{}").path("pending").spliterator(), false)
        .filter(row -> row.path("deviceId").asText().equals(device.id()))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode presence(Peer peer, DeviceKeys device) {
    return StreamSupport.stream(peer.ok("system-presence", "{}").spliterator(), false)
        .filter(row -> row.path("deviceId").asText().equals(device.id()))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<byte[]> headersOf7() {
    byte[] values = {0x04, 0x00, 0x03, 1, 2, 3, (byte) 0xea, 0x00, 0x04, 1, 'v', 'p', 'c'};
    return Stream.of(
        LittleBalancer.one("198.51.100.7").getBytes(StandardCharsets.US_ASCII),
        LittleBalancer.two("198.51.100.7", new byte[0]),
        LittleBalancer.two("198.51.100.7", values));
  }

  @ParameterizedTest
  @MethodSource("headersOf7")
  void theClientIsWhomTheBalancerNames(byte[] header) {
    for (int i = 0; i < 2; i++) {
      DeviceKeys device = DeviceKeys.fresh();
      balancers[i].says(header);
      Connect connect = Connect.operator(4).device(device).token(Cluster.TOKEN);
      assertThat(code(refusal(i, connect))).isEqualTo("PAIRING_REQUIRED");
      JsonNode asking = asking(device);
      assertThat(asking.path("remoteIp").asText()).isEqualTo("198.51.100.7");
      admin.ok(
          "device.pair.approve",
          Json.text(Json.object().put("requestId", asking.path("requestId").asText())));
      try (Peer peer = Peer.connected(balancers[i].port(), connect)) {
        assertThat(presence(peer, device).path("ip").asText()).isEqualTo("198.51.100.7");
        assertThat(presence(admin, device).path("ip").asText()).isEqualTo("198.51.100.7");
      }
    }
  }

  @Test
  void clientsOfVersion6AreNamedToo() {
    for (byte[] header :
        List.of(
            LittleBalancer.one("2001:db8::7").getBytes(StandardCharsets.US_ASCII),
            LittleBalancer.two("2001:db8::7", new byte[0]))) {
      DeviceKeys device = DeviceKeys.fresh();
      balancers[0].says(header);
      refusal(0, Connect.operator(4).device(device).token(Cluster.TOKEN));
      assertThat(InetAddress.ofLiteral(asking(device).path("remoteIp").asText()))
          .isEqualTo(InetAddress.ofLiteral("2001:db8::7"));
    }
  }

  private static Stream<byte[]> nobody() {
    return Stream.of(
        LittleBalancer.one("127.0.0.1").getBytes(StandardCharsets.US_ASCII),
        LittleBalancer.one("::1").getBytes(StandardCharsets.US_ASCII),
        LittleBalancer.one("::ffff:127.0.0.1").getBytes(StandardCharsets.US_ASCII),
        LittleBalancer.one(BALANCER).getBytes(StandardCharsets.US_ASCII),
        LittleBalancer.two("127.0.0.1", new byte[0]),
        LittleBalancer.two("::1", new byte[0]),
        LittleBalancer.unknown(),
        LittleBalancer.local(),
        "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** Reached directly, the same client with the same words is paired at once. */
  @ParameterizedTest
  @MethodSource("nobody")
  void nobodyBehindTheBalancerIsLocal(byte[] header) {
    String here = "Host: localhost";
    Peer.connected(
            direct.port(0),
            Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN),
            here)
        .close();
    for (int i = 0; i < 2; i++) {
      balancers[i].says(header);
      DeviceKeys device = DeviceKeys.fresh();
      Connect connect = Connect.operator(4).device(device).token(Cluster.TOKEN);
      for (String[] headers :
          new String[][] {
            {here}, {here, "X-Forwarded-For: 127.0.0.1"}, {here, "Forwarded: for=::1"}
          }) {
        assertThat(code(refusal(i, connect, headers))).isEqualTo("PAIRING_REQUIRED");
        assertThat(asking(device).path("remoteIp").isMissingNode()).isTrue();
      }
      assertThat(
              HttpCall.tool(
                  "127.0.0.1",
                  direct.port(0),
                  "sessions_list",
                  "Authorization: Bearer " + Cluster.TOKEN))
          .isEqualTo(200);
      assertThat(
              HttpCall.tool(
                  "127.0.0.1",
                  balancers[i].port(),
                  "sessions_list",
                  "Authorization: Bearer " + Cluster.TOKEN))
          .isEqualTo(403);
    }
  }

  @Test
  void theLimitIsOfTheClientAndNoHeaderOfItsOwnEscapesIt() {
    String[] names = {"X-Forwarded-For: 203.0.113.", "Forwarded: for=203.0.113."};
    for (int i = 0; i < 2; i++) {
      balancers[i].names("198.51.100.30");
      Connect wrong = Connect.operator(4).device(DeviceKeys.fresh()).token("wrong");
      assertThat(code(refusal(i, wrong, names[i] + i))).isEqualTo("AUTH_TOKEN_MISMATCH");
    }
    for (int i = 0; i < 2; i++) {
      Connect right = Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
      assertThat(code(refusal(i, right))).isEqualTo("AUTH_RATE_LIMITED");
      assertThat(code(refusal(i, right, names[i] + "9"))).isEqualTo("AUTH_RATE_LIMITED");
      assertThat(
              HttpCall.tool(
                  "127.0.0.1",
                  balancers[i].port(),
                  "sessions_list",
                  "Authorization: Bearer " + Cluster.TOKEN))
          .isEqualTo(429);
      balancers[i].names("198.51.100.31");
      assertThat(code(refusal(i, right))).isEqualTo("PAIRING_REQUIRED");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.3"})
  void whoMayNotNameClientsIsTurnedAwayUnheard(String stranger) throws IOException {
    for (int i = 0; i < 2; i++) {
      for (String begin : List.of(LittleBalancer.one("198.51.100.7"), "")) {
        assertThat(
                ends(
                    stranger, cluster.port(i), (begin + get()).getBytes(StandardCharsets.US_ASCII)))
            .isEmpty();
      }
    }
  }

  private static String get() {
    return "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }

  /** All that comes from a socket that says this, until it ends. */
  private static String ends(String from, int port, byte[] said) throws IOException {
    try (Socket socket = socket(from, port)) {
      try {
        socket.getOutputStream().write(said);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      } catch (SocketException reset) {
        return "";
      }
    }
  }

  private static Socket socket(String from, int port) throws IOException {
    Socket socket =
        new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PROXY TCP4 198.51.100.7 127.0.0.1 1\r\n",
        "PROXY TCP4 not-an-address 127.0.0.1 1 2\r\n",
        "PROXY TCP9 198.51.100.7 127.0.0.1 1 2\r\n",
        "proxy tcp4 198.51.100.7 127.0.0.1 1 2\r\n",
        "\r\n\r\n\u0000\r\nQUIT\n9999",
        "\r\n\r\n\u0000\r\nQUIT\n!\u0011\u0000\u0002ab"
      })
  void whatIsNoHeaderIsAnsweredByTheEnd(String header) throws IOException {
    String said = header + get();
    assertThat(ends(BALANCER, cluster.port(0), said.getBytes(StandardCharsets.ISO_8859_1)))
        .isEmpty();
    // Others are served all the same.
    assertThat(
            ends(
                BALANCER,
                cluster.port(0),
                (LittleBalancer.one("198.51.100.7") + get()).getBytes(StandardCharsets.US_ASCII)))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void halfAHeaderIsWaitedForSoLong() throws IOException {
    assertThat(
            ends(
                BALANCER, cluster.port(0), "PROXY TCP4 198.51".getBytes(StandardCharsets.US_ASCII)))
        .isEmpty();
  }

  /** It always sends something before nothing has come for too long. */
  @Test
  void aHeaderByteByByteIsWaitedForNoLonger() throws Exception {
    try (Socket socket = socket(BALANCER, cluster.port(0))) {
      OutputStream out = socket.getOutputStream();
      byte[] header = LittleBalancer.one("198.51.100.100").getBytes(StandardCharsets.US_ASCII);
      socket.setSoTimeout(300);
      boolean ended = false;
      int sent = 0;
      // All of it would take longer than a test may.
      while (!ended && sent < header.length - 2) {
        try {
          out.write(header, sent++, 1);
          ended = socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
          // The next byte.
        } catch (SocketException reset) {
          ended = true;
        }
      }
      assertThat(ended).isTrue();
    }
  }

  @Test
  void healthChecksOfTheBalancerAreAnswered() throws IOException {
    for (byte[] header :
        List.of(LittleBalancer.local(), "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII))) {
      byte[] get = get().getBytes(StandardCharsets.US_ASCII);
      byte[] said = new byte[header.length + get.length];
      System.arraycopy(header, 0, said, 0, header.length);
      System.arraycopy(get, 0, said, header.length, get.length);
      assertThat(ends(BALANCER, cluster.port(1), said)).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void tlsBeginsBehindTheHeader() throws Exception {
    try (Cluster secure = Cluster.of(1, redis, CONFIG, environment("KRABKRAB_TLS", "true"));
        LittleBalancer before = new LittleBalancer(BALANCER, secure.port(0))) {
      before.says(LittleBalancer.two("198.51.100.7", new byte[0]));
      try (var socket = TlsVersionIT.handshake(before.port(), "TLSv1.3")) {
        socket.getOutputStream().write(get().getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith("HTTP/1.1 404");
      }
      before.says("");
      assertThatThrownBy(() -> TlsVersionIT.handshake(before.port(), "TLSv1.3"))
          .isInstanceOf(IOException.class);
    }
  }
}
