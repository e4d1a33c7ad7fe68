package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * One shape that the stream of an answer has, and what is to come of it.
 *
 * @param expected an answer as {@link #shown} shows it; after {@code !} words of a failure that may
 *     pass, after {@code !!} of one that does not
 */
record StreamShape(String name, String expected, Map<String, String> headers, List<byte[]> pieces) {
  static StreamShape of(String type, String name, String expected, String... body) {
    return new StreamShape(
        name,
        expected,
        Map.of("content-type", type),
        List.of(String.join("", body).getBytes(StandardCharsets.UTF_8)));
  }

  private byte[] all() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pieces.forEach(all::writeBytes);
    return all.toByteArray();
  }

  StreamShape typed(String type) {
    return with("content-type", type, pieces);
  }

  /** The same with another one's text in between. */
  StreamShape replaced(String what, String by) {
    String text = new String(all(), StandardCharsets.UTF_8).replace(what, by);
    return with("x-same", "1", List.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  StreamShape zipped() {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(all());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return with("content-encoding", "gzip", List.of(zipped.toByteArray()));
  }

  /** The same cut off where so many bytes are missing. */
  StreamShape without(int last) {
    byte[] all = all();
    return with("x-same", "1", List.of(Arrays.copyOf(all, all.length - last)));
  }

  /** The same byte by byte. */
  StreamShape inBytes() {
    List<byte[]> single = new ArrayList<>();
    for (byte b : all()) {
      single.add(new byte[] {b});
    }
    return with("x-same", "1", single);
  }

  StreamShape expecting(String other) {
    return new StreamShape(name, other, headers, pieces);
  }

  private StreamShape with(String header, String value, List<byte[]> now) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new StreamShape(name, expected, more, now);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Plays it and looks at what comes of it. */
  void play(ProviderDouble provider) {
    provider.plays(headers, pieces);
    ProviderDouble.Asking asking = provider.ask("x");
    if (!expected.startsWith("!")) {
      ModelAnswer answer = asking.answer().await();
      assertThat(shown(answer)).isEqualTo(expected);
      assertThat(asking.text()).isEqualTo(answer.text());
      return;
    }
    ModelFailure failure = failure(asking);
    boolean lasting = expected.startsWith("!!");
    assertThat(failure).hasMessageContaining(expected.substring(lasting ? 2 : 1).strip());
    assertThat(failure.isPassing()).as("passing").isEqualTo(!lasting);
  }

  /** The failure that an answer comes to, whose words are fit for people. */
  static ModelFailure failure(ProviderDouble.Asking asking) {
    try {
      throw new AssertionError("no failure but " + shown(asking.answer().await()));
    } catch (ModelFailure failure) {
      assertThat(failure.getMessage())
          .hasSizeLessThan(700)
          .doesNotContainPattern("Exception|java\\.|jdk\\.|fasterxml|langchain|\\p{Cntrl}|\\u202e");
      return failure;
    }
  }

  /** As the tables of the tests write it: words, calls, why it ended, tokens if there are any. */
  static String shown(ModelAnswer answer) {
    StringBuilder shown = new StringBuilder(answer.text());
    answer
        .calls()
        .forEach(
            call ->
                shown.append(" [%s %s %s]".formatted(call.id(), call.name(), call.arguments())));
    shown.append(" /").append(answer.stopReason());
    if (answer.usage().total() > 0) {
      ModelUsage used = answer.usage();
      shown.append(" %d+%d>%d".formatted(used.input(), used.cacheRead(), used.output()));
    }
    return shown.toString().strip();
  }
}
