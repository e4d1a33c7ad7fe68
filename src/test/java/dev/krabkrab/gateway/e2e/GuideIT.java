package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the guide for authors of clients, run as they stand. */
class GuideIT {
  private static final Path GUIDE = Path.of("docs", "protocol", "guide.md");
  private static final Path EXAMPLES = Path.of("docs", "protocol", "examples");

  @TempDir Path folder;

  /** The second one lets nobody in without being asked. */
  private Cluster first;

  private Cluster second;

  @BeforeEach
  void start() {
    first = Cluster.of(1, Cluster.TOKEN_CONFIG);
    second =
        Cluster.of(
            1,
            first.redis(),
            Cluster.TOKEN_CONFIG,
            Map.of("KRABKRAB_LOCAL_AUTO_APPROVAL", "false"));
  }

  @AfterEach
  void stop() {
    second.close();
    first.close();
  }

  @ParameterizedTest
  @CsvSource({"js/vectors.mjs,", "python/vectors.py,", "java/Vectors.java, vectors.json"})
  void everyLanguageSignsAsTheGuideSays(String name, String vectors) throws Exception {
    String[] words =
        vectors == null
            ? new String[0]
            : new String[] {EXAMPLES.resolve(vectors).toAbsolutePath().toString()};
    try (Example example = example("v", List.of(), name, words)) {
      assertThat(example.line("right: ")).isEqualTo("3 signatures");
      assertThat(example.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "js/connect.mjs, connected: ",
    "python/chat.py, I am ",
    "java/Watch.java, connected: "
  })
  void whoIsNewWaitsForAnApprovalOnAnotherInstance(String name, String then) {
    try (Example example = example("new", List.of(second.port(0)), name, "hello")) {
      admit(example);
      example.line(then);
    }
    // Its token is kept: the next time it is in at once.
    try (Example again = example("new", List.of(second.port(0)), name, "hello")) {
      again.line(then);
      assertThat(again.lines()).noneMatch(line -> line.startsWith("waiting"));
    }
  }

  @Test
  void whatOneAsksAnotherDecidesOnAnotherInstance() {
    try (Example ask =
            example("asker", List.of(second.port(0)), "python/ask.py", "echo", "hi there");
        Example decide = example("approver", List.of(first.port(0)), "js/decide.mjs")) {
      admit(ask);
      assertThat(decide.line("allow-once: ")).startsWith("\"echo 'hi there'\"");
      assertThat(ask.line("decision: ")).isEqualTo("allow-once");
      assertThat(ask.exitCode()).isZero();
    }
    try (Example decide = example("approver", List.of(first.port(0)), "js/decide.mjs")) {
      decide.line("looking");
      try (Example ask =
          example("asker", List.of(second.port(0)), "python/ask.py", "rm", "-rf", "/")) {
        assertThat(ask.line("decision: ")).isEqualTo("deny");
        assertThat(ask.exitCode()).isEqualTo(1);
      }
      decide.line("deny: ");
    }
  }

  @Test
  void aNodeIsAskedFromAnotherInstanceAndOnce() {
    try (Example node = example("node", List.of(first.port(0)), "js/node.mjs")) {
      node.line("serving");
      try (Example call = example("caller", List.of(second.port(0)), "java/Invoke.java")) {
        admit(call);
        assertThat(call.line("found: ")).isEqualTo("{\"sh\":\"/bin/sh\"}");
        assertThat(call.line("again: ")).isEqualTo("true");
      }
      assertThat(node.lines()).containsOnlyOnce("answered: system.which");
    }
  }

  @Test
  void whoWatchesGoesOnWithTheOtherInstance() {
    Cluster leaving = Cluster.of(1, first.redis(), Cluster.TOKEN_CONFIG, Map.of());
    List<Integer> ports = List.of(leaving.port(0), second.port(0));
    try (Example watch = example("watcher", ports, "java/Watch.java")) {
      try (leaving) {
        watch.line("present: ");
      }
      watch.line("this instance ends");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> watch.lines().stream().filter(l -> l.startsWith("connected: ")).count() > 1);
    }
  }

  /** No file of the examples is unknown to the guide, and it speaks of none that is not there. */
  @Test
  void theGuideNamesEachExample() throws Exception {
    TreeSet<String> named = new TreeSet<>();
    Pattern.compile("\\(examples/([a-zA-Z/.]+)\\)")
        .matcher(Files.readString(GUIDE))
        .results()
        .forEach(match -> named.add(match.group(1)));
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> EXAMPLES.relativize(f).toString()))
          .containsExactlyInAnyOrderElementsOf(named);
    }
  }

  /** The second instance asks who is new to wait: lets it in by the first. */
  private void admit(Example example) {
    try (Peer admin = first.admin(0, 4)) {
      String request = example.line("waiting: krabkrab devices approve ");
      admin.ok("device.pair.approve", "{\"requestId\":\"" + request + "\"}");
    }
  }

  private Example example(String identity, List<Integer> ports, String name, String... words) {
    return Example.start(folder, identity, ports, name, words);
  }
}
