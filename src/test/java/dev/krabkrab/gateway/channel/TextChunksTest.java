package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextChunksTest {
  private static final String CRAB = "🦀";

  @Test
  void whatFitsIsNotCut() {
    assertThat(TextChunks.of("", 10)).containsExactly("");
    assertThat(TextChunks.of("  0123456789\n", 10)).containsExactly("0123456789");
  }

  @Test
  void paragraphsComeBeforeLinesAndLinesBeforeWords() {
    assertThat(TextChunks.of("one two\n\nthree\nfour five", 18))
        .containsExactly("one two\n\nthree", "four five");
    assertThat(TextChunks.of("one two three\n\nfour\nfive", 18))
        .containsExactly("one two three", "four\nfive");
    assertThat(TextChunks.of("one two three four", 14)).containsExactly("one two three", "four");
  }

  @Test
  void aSeamNearTheBeginningIsNoReasonForAShortPart() {
    assertThat(TextChunks.of("a\n\nbbbbbbbb cccccc", 14))
        .containsExactly("a\n\nbbbbbbbb", "cccccc");
    assertThat(TextChunks.of("a bbbbbbbbbbbb", 10)).containsExactly("a bbbbbbbb", "bbbb");
  }

  @Test
  void aSeamJustBehindTheLongestPartIsUsed() {
    assertThat(TextChunks.of("0123456789 rest", 10)).containsExactly("0123456789", "rest");
  }

  @Test
  void charactersAreNotTornApart() {
    assertThat(TextChunks.of("123" + CRAB + "45", 4)).containsExactly("123", CRAB + "45");
    assertThat(TextChunks.of(CRAB.repeat(5), 5)).containsExactly(CRAB + CRAB, CRAB + CRAB, CRAB);
  }

  @Test
  void nothingButBlanksIsLostAndNoPartIsTooLong() {
    Random random = new Random(7);
    List<String> pieces = List.of("a", "bcd", " ", "\n", "\n\n", CRAB, "efghijklmnop");
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder("x");
      for (int i = 0; i < 40; i++) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      int most = 2 + random.nextInt(30);
      List<String> parts = TextChunks.of(text.toString(), most);
      assertThat(String.join("", parts).replaceAll("\\s", ""))
          .isEqualTo(text.toString().replaceAll("\\s", ""));
      assertThat(parts)
          .allMatch(part -> !part.isEmpty() && part.length() <= most)
          .noneMatch(part -> Character.isLowSurrogate(part.charAt(0)));
    }
  }
}
