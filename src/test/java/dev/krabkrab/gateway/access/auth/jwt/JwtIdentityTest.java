package dev.krabkrab.gateway.access.auth.jwt;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.krabkrab.gateway.access.auth.AllowedUsers;
import dev.krabkrab.gateway.access.auth.AuthFailure;
import dev.krabkrab.gateway.access.auth.IdentitySource.Shown;
import dev.krabkrab.gateway.access.auth.IdentitySource.Verdict;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class JwtIdentityTest {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final Verdict NOT_TRUSTED =
      new Verdict.Unknown(AuthFailure.TOKEN_NOT_TRUSTED, true);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicLong ahead = new AtomicLong();
  private final InstantSource clock = () -> Instant.now().plusMillis(ahead.get());
  private final AtomicInteger reads = new AtomicInteger();
  private final ArrayNode keys = Json.array();
  private volatile int status = 200;
  private volatile CountDownLatch answers = new CountDownLatch(0);
  private HttpServer server;
  private JwtIdentity identity;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/keys",
        exchange -> {
          reads.incrementAndGet();
          hold();
          byte[] set = Json.text(Json.object().set("keys", keys)).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, set.length);
          exchange.getResponseBody().write(set);
          exchange.close();
        });
    server.start();
    identity = new JwtIdentity(vertx, List.of(issuer()), Path.of("."), Egress.DIRECT, clock);
  }

  @AfterEach
  void stop() throws Exception {
    identity.close();
    server.stop(0);
    get(vertx.close());
  }

  private void hold() {
    try {
      answers.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JwtIssuer issuer() {
    String uri = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    return new JwtIssuer(
        "corp",
        "https://corp.example",
        List.of("krab"),
        List.of("EdDSA"),
        new KeySource("https://corp.example", uri, null, null),
        "sub",
        new AllowedUsers(List.of("alice")),
        new ScopeGrant(List.of("operator.read"), "", Map.of()),
        Set.of(Role.OPERATOR),
        false);
  }

  @ParameterizedTest
  @CsvSource({"Ed25519,32", "Ed448,57"})
  void edwardsCurvesCount(String curve, int length) {
    for (int i = 0; i < 8; i++) {
      KeyPair pair = pair(curve);
      keys.add(jwk(curve, curve + i, pair.getPublic(), length));
    }
    KeyPair pair = pair(curve);
    keys.add(jwk(curve, "mine", pair.getPublic(), length));
    assertThat(identify(token("mine", pair, 0))).isInstanceOf(Verdict.Known.class);
    assertThat(identify(token("mine", pair(curve), 0))).isEqualTo(NOT_TRUSTED);
    assertThat(identify(token(curve + "3", pair, 0))).isEqualTo(NOT_TRUSTED);
  }

  @Test
  void aKeyThatNobodyCanReadIsPassedOver() {
    KeyPair pair = pair("Ed25519");
    keys.add(Json.object().put("kty", "EC").put("kid", "odd").put("crv", "P-256").put("x", "?"));
    keys.add(Json.object().put("kty", "OKP").put("kid", "odd2").put("crv", "X9").put("x", "AA"));
    keys.add(Json.object().put("kty", "new").put("kid", "odd3"));
    keys.add(
        Json.object().put("kty", "OKP").put("kid", "good").put("crv", "Ed25519").put("x", "AA"));
    keys.add(1);
    keys.add(jwk("Ed25519", "good", pair.getPublic(), 32));
    assertThat(identify(token("good", pair, 0))).isInstanceOf(Verdict.Known.class);
    assertThat(identify(token("odd", pair, 0))).isEqualTo(NOT_TRUSTED);
  }

  @Test
  void chainsThatAreNoneHideNoOtherKey() {
    KeyPair pair = pair("Ed25519");
    for (String kid : List.of("junk", "good")) {
      ObjectNode junk = jwk("Ed25519", kid, pair("Ed25519").getPublic(), 32);
      junk.putArray("x5c").add("!!!").add("AAAA");
      keys.add(junk.put("x5t", "?").put("exp", "never"));
    }
    keys.add(jwk("Ed25519", "good", pair.getPublic(), 32));
    assertThat(identify(token("good", pair, 0))).isInstanceOf(Verdict.Known.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{crit:['exp2'],exp2:1}",
        "{crit:['b64'],b64:false}",
        "{crit:['b64'],b64:true}",
        "{b64:false}",
        "{crit:[]}"
      })
  void whatHasToBeUnderstoodAndIsNotIsRefused(String header) {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    assertThat(identify(token("k", pair, 0))).isInstanceOf(Verdict.Known.class);
    assertThat(identify(token("k", pair, 0, (ObjectNode) Json5.parse(header))))
        .isInstanceOf(Verdict.Unknown.class);
  }

  /** Of those who wait for a key that may come, one takes the time of others. */
  @Test
  void whileTheKeysAreReadOneUnknownKeyIsWaitedForAndKnownOnesAreNot() throws Exception {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    assertThat(identify(token("k", pair, 0))).isInstanceOf(Verdict.Known.class);
    // Once is enough to show that the others do not wait; a busy machine may need some tries.
    boolean first = false;
    for (int i = 0; i < 5 && !first; i++) {
      first = othersAreAnsweredFirst("fresh-" + i, pair);
      ahead.addAndGet(6_000);
    }
    assertThat(first).isTrue();
  }

  /** Whether all of them had their answers before one that waits for a key had to be answered. */
  private boolean othersAreAnsweredFirst(String kid, KeyPair pair) throws Exception {
    answers = new CountDownLatch(1);
    keys.add(jwk("Ed25519", kid, pair.getPublic(), 32));
    int before = reads.get();
    Future<Verdict> waiting = identity.identify(shown(token(kid, pair, 0)));
    await().until(() -> reads.get() > before);
    for (int i = 0; i < 10; i++) {
      assertThat(identify(token("invented-" + kid + i, pair, 0)))
          .isEqualTo(new Verdict.Undecided("the keys of issuer corp"));
      assertThat(identify(token("k", pair, 0))).isInstanceOf(Verdict.Known.class);
    }
    boolean first = !waiting.isComplete();
    answers.countDown();
    Verdict verdict = waiting.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    return first && verdict instanceof Verdict.Known;
  }

  @Test
  void whoseKeysDoNotComeIsNotWaitedForLong() {
    answers = new CountDownLatch(1);
    KeyPair pair = pair("Ed25519");
    try {
      long began = System.nanoTime();
      assertThat(identify(token("k", pair, 0)))
          .isEqualTo(new Verdict.Undecided("the keys of issuer corp"));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    } finally {
      answers.countDown();
    }
  }

  @Test
  void refusalsAreOneLineForEachReason() {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    Logger log = (Logger) LoggerFactory.getLogger(JwtIdentity.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      for (int i = 0; i < 50; i++) {
        assertThat(identify(token("k", pair("Ed25519"), 0))).isEqualTo(NOT_TRUSTED);
        assertThat(identify(token("k", pair, 500))).isEqualTo(NOT_TRUSTED);
      }
      ahead.set(60_001);
      assertThat(identify(token("k", pair("Ed25519"), 0))).isEqualTo(NOT_TRUSTED);
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "a token of issuer corp is refused: its signature is wrong, or its time has not come",
            "a token of issuer corp is refused: its signature is wrong, or its time has not come;"
                + " 99 more since this was logged last");
  }

  @Test
  void aKeyWithoutANameCountsForAnyName() {
    KeyPair pair = pair("Ed25519");
    ObjectNode jwk = jwk("Ed25519", "", pair.getPublic(), 32);
    jwk.remove("kid");
    keys.add(jwk);
    assertThat(identify(token("whatever", pair, 0))).isInstanceOf(Verdict.Known.class);
    assertThat(identify(token("", pair, 0))).isInstanceOf(Verdict.Known.class);
    assertThat(reads).hasValue(1);
  }

  @Test
  void whatIsIssuedInTheFutureIsRefused() {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    assertThat(identify(token("k", pair, 20))).isInstanceOf(Verdict.Known.class);
    assertThat(identify(token("k", pair, 50))).isEqualTo(NOT_TRUSTED);
  }

  @Test
  void inventedKeyNamesDoNotReadTheKeysEach() {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    assertThat(identify(token("k", pair, 0))).isInstanceOf(Verdict.Known.class);
    long began = System.nanoTime();
    for (int i = 0; i < 60; i++) {
      assertThat(identify(token("invented-" + i, pair, 0))).isEqualTo(NOT_TRUSTED);
    }
    long windows = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) / 5 + 2;
    assertThat(reads.get()).isLessThanOrEqualTo((int) (2 * windows));
  }

  @Test
  void withoutItsIssuerAKnownKeyCountsAndAnUnknownOneIsUndecided() {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    assertThat(identify(token("k", pair, 0))).isInstanceOf(Verdict.Known.class);
    status = 503;
    for (int i = 0; i < 4; i++) {
      assertThat(identify(token("new", pair, 0)))
          .isEqualTo(new Verdict.Undecided("the keys of issuer corp"));
      assertThat(identify(token("k", pair, 0))).isInstanceOf(Verdict.Known.class);
    }
  }

  @Test
  void theVerdictComesOnTheCallersContext() throws Exception {
    KeyPair pair = pair("Ed25519");
    keys.add(jwk("Ed25519", "k", pair.getPublic(), 32));
    Context context = vertx.getOrCreateContext();
    Future<Boolean> same =
        Future.future(
            promise ->
                context.runOnContext(
                    go ->
                        identity
                            .identify(shown(token("k", pair, 0)))
                            .onComplete(
                                done ->
                                    promise.complete(
                                        done.succeeded()
                                            && Vertx.currentContext() == context
                                            && Context.isOnEventLoopThread()))));
    assertThat(get(same)).isTrue();
  }

  private Verdict identify(String token) {
    return get(identity.identify(shown(token)));
  }

  private static Shown shown(String token) {
    return new Shown(token, MultiMap.caseInsensitiveMultiMap(), false);
  }

  private static KeyPair pair(String curve) {
    try {
      return KeyPairGenerator.getInstance(curve).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The encoded key ends with the bytes that a JWK has. */
  private static ObjectNode jwk(String curve, String kid, PublicKey key, int length) {
    byte[] der = key.getEncoded();
    return Json.object()
        .put("kty", "OKP")
        .put("kid", kid)
        .put("crv", curve)
        .put("x", BASE64.encodeToString(Arrays.copyOfRange(der, der.length - length, der.length)));
  }

  private static String token(String kid, KeyPair pair, int issuedIn) {
    return token(kid, pair, issuedIn, Json.object());
  }

  /** With more in its header. */
  private static String token(String kid, KeyPair pair, int issuedIn, ObjectNode more) {
    long now = System.currentTimeMillis() / 1000;
    ObjectNode header = Json.object().put("alg", "EdDSA");
    header.setAll(more);
    if (!kid.isEmpty()) {
      header.put("kid", kid);
    }
    ObjectNode claims =
        Json.object()
            .put("iss", "https://corp.example")
            .put("sub", "alice")
            .put("aud", "krab")
            .put("iat", now + issuedIn)
            .put("exp", now + 300);
    String text = encoded(header) + "." + encoded(claims);
    try {
      Signature signature = Signature.getInstance("EdDSA");
      signature.initSign(pair.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(ObjectNode json) {
    return BASE64.encodeToString(Json.text(json).getBytes(StandardCharsets.UTF_8));
  }
}
