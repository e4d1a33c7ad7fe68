package dev.krabkrab.gateway.platform.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Prints what a check costs. Figures depend on the machine, so none is asserted. */
class SchemasTimingTest {
  private static final int ROUNDS = 5;
  private static final int CALLS = 20_000;

  @Test
  void printsTheCostOfACheck() throws Exception {
    var json = new ObjectMapper();
    var schemas = Schemas.load();
    var connect =
        json.readTree(
            """
            {"minProtocol":3,"maxProtocol":3,"role":"operator","scopes":["operator.read"],
             "client":{"id":"cli","version":"1","platform":"linux","mode":"cli"},
             "device":{"id":"d","publicKey":"k","signature":"s","signedAt":1,"nonce":"n"},
             "auth":{"token":"t"}}
            """);
    var frame = json.readTree("{\"type\":\"req\",\"id\":\"1\",\"method\":\"health\"}");
    var broken = json.readTree("{\"nodeId\":\"\",\"command\":\"x\",\"zzz\":1}");
    print("valid connect params", () -> schemas.connectProblems(connect, 3));
    print("valid request frame", () -> schemas.frameProblems(frame, 3));
    print("broken node.invoke params", () -> schemas.problems("node.invoke", broken, 3));
    assertThat(schemas.connectProblems(connect, 3)).isEmpty();
  }

  private static void print(String what, Supplier<Optional<String>> check) {
    long best = Long.MAX_VALUE;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long from = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        refused += check.get().isPresent() ? 1 : 0;
      }
      best = Math.min(best, (System.nanoTime() - from) / CALLS);
    }
    System.out.printf("%s: %d ns (%d refused)%n", what, best, refused);
  }
}
