package dev.krabkrab.gateway.platform.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schema against a full sample and all its single faults. */
class SchemaMutationTest {
  private static final SchemaFiles FILES = SchemaFiles.read();
  private static final int ROUNDS = 6;

  static Stream<String> protocol3() {
    return FILES.closed().keySet().stream().sorted();
  }

  static Stream<String> protocol4() {
    return FILES.open().keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("protocol3")
  void protocol3TakesTheSampleAndRefusesEachFault(String name) {
    var contract = FILES.closed().get(name);
    for (var mutation : mutations(contract)) {
      verify(contract, mutation, mutation.closed());
    }
  }

  @ParameterizedTest
  @MethodSource("protocol4")
  void protocol4DiffersOnlyInTakingUnknownKeys(String name) {
    var contract = FILES.open().get(name);
    for (var mutation : mutations(contract)) {
      verify(contract, mutation, mutation.open());
    }
  }

  @Test
  void theTableIsLarge() {
    var cases = FILES.closed().values().stream().mapToInt(c -> mutations(c).size()).sum();
    assertThat(cases).isGreaterThan(5000);
  }

  private static void verify(Contract contract, Mutation mutation, boolean expected) {
    var where = mutation.label() + " in " + mutation.value();
    assertThat(contract.valid(mutation.value())).as(where).isEqualTo(expected);
    // The formatter must find a cause exactly when the validator finds a fault.
    assertThat(ProblemTexts.of(contract.document(), mutation.value()).isEmpty())
        .as(where)
        .isEqualTo(expected);
  }

  private static List<Mutation> mutations(Contract contract) {
    return Stream.iterate(1L, seed -> seed + 1)
        .limit(ROUNDS)
        .flatMap(seed -> mutations(contract.document(), seed).stream())
        .toList();
  }

  private static List<Mutation> mutations(JsonNode document, long seed) {
    var samples = new Samples(document, new SplittableRandom(seed));
    return Mutations.of(document, samples.sample(document), samples);
  }
}
