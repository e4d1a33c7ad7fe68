package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Signs tokens and serves the keys for them over HTTP, with a discovery document. It uses nothing
 * of what the gateway checks tokens with.
 */
final class IdentityProvider implements AutoCloseable {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final int COORDINATE_BYTES = 32;

  private final HttpServer server;
  private final String scheme;
  private final Map<String, Key> keys = new LinkedHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile int status = 200;
  private volatile @Nullable String wantedToken;

  /**
   * A key that signs.
   *
   * @param algorithm RS256 or ES256
   */
  record Key(String kid, String algorithm, KeyPair pair) {}

  private IdentityProvider(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/keys", exchange -> answer(exchange, keySet()));
    server.createContext(
        "/.well-known/openid-configuration",
        exchange ->
            answer(
                exchange,
                Json.object().put("issuer", issuer()).put("jwks_uri", issuer() + "/keys")));
    server.start();
  }

  static IdentityProvider start() {
    try {
      return new IdentityProvider(HttpServer.create(loopback(), 0), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same by https, for clients that send this token: as a Kubernetes API server does. */
  static IdentityProvider startSecure(SSLContext tls, String token) {
    try {
      HttpsServer server = HttpsServer.create(loopback(), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls));
      IdentityProvider provider = new IdentityProvider(server, "https");
      provider.wantedToken = token;
      return provider;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress loopback() throws IOException {
    return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
  }

  String issuer() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  String keysUri() {
    return issuer() + "/keys";
  }

  /** Makes a key and publishes it. */
  Key publish(String kid, String algorithm) {
    Key key = key(kid, algorithm);
    synchronized (keys) {
      keys.put(kid, key);
    }
    return key;
  }

  /** A key that nobody is told of. */
  static Key key(String kid, String algorithm) {
    try {
      boolean rsa = algorithm.startsWith("RS");
      KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
      if (rsa) {
        generator.initialize(2048);
      } else {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      }
      return new Key(kid, algorithm, generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  void withdraw(String kid) {
    synchronized (keys) {
      keys.remove(kid);
    }
  }

  /** Answers with that status from now on; 200 is as usual. */
  void answerWith(int code) {
    status = code;
  }

  /** How often the keys were read. */
  int reads() {
    return reads.get();
  }

  /** Claims for a minute, of this issuer. */
  ObjectNode claims(String subject, String audience) {
    long now = System.currentTimeMillis() / 1000;
    return Json.object()
        .put("iss", issuer())
        .put("sub", subject)
        .put("aud", audience)
        .put("iat", now)
        .put("exp", now + 60);
  }

  static String sign(Key key, ObjectNode claims) {
    ObjectNode header =
        Json.object().put("alg", key.algorithm()).put("kid", key.kid()).put("typ", "JWT");
    String text = encode(header) + "." + encode(claims);
    try {
      boolean rsa = key.algorithm().startsWith("RS");
      Signature signature =
          Signature.getInstance(rsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
      signature.initSign(key.pair().getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encode(ObjectNode json) {
    return BASE64.encodeToString(Json.text(json).getBytes(StandardCharsets.UTF_8));
  }

  private ObjectNode keySet() {
    ObjectNode set = Json.object();
    ArrayNode list = set.putArray("keys");
    synchronized (keys) {
      keys.values().forEach(key -> list.add(jwk(key)));
    }
    return set;
  }

  private static ObjectNode jwk(Key key) {
    ObjectNode jwk =
        Json.object().put("kid", key.kid()).put("use", "sig").put("alg", key.algorithm());
    return switch (key.pair().getPublic()) {
      case RSAPublicKey rsa ->
          jwk.put("kty", "RSA")
              .put("n", unsigned(rsa.getModulus(), rsa.getModulus().bitLength() / 8))
              .put("e", unsigned(rsa.getPublicExponent(), 3));
      case ECPublicKey ec ->
          jwk.put("kty", "EC")
              .put("crv", "P-256")
              .put("x", unsigned(ec.getW().getAffineX(), COORDINATE_BYTES))
              .put("y", unsigned(ec.getW().getAffineY(), COORDINATE_BYTES));
      default -> throw new IllegalStateException("unknown kind of key");
    };
  }

  private static String unsigned(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] exact = new byte[length];
    int from = Math.max(0, bytes.length - length);
    System.arraycopy(bytes, from, exact, length - (bytes.length - from), bytes.length - from);
    return BASE64.encodeToString(Arrays.copyOf(exact, length));
  }

  private void answer(HttpExchange exchange, ObjectNode body) throws IOException {
    reads.incrementAndGet();
    String shown = exchange.getRequestHeaders().getFirst("authorization");
    String wanted = wantedToken;
    int code = wanted != null && !("Bearer " + wanted).equals(shown) ? 401 : status;
    byte[] bytes = Json.text(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
