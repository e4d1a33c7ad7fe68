package dev.krabkrab.gateway.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.channel.markup.Piece;
import dev.krabkrab.gateway.channel.markup.Pieces;
import dev.krabkrab.gateway.channel.markup.RandomMarkdown;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SlackMrkdwnTest {
  private static final int MOST = 3_800;

  private static List<Piece> pieces(String markdown) {
    return Pieces.ofMarkdown(markdown, SlackMrkdwn.MARKUP);
  }

  private static String mrkdwn(String markdown) {
    return pieces(markdown).stream().map(Piece::markup).collect(Collectors.joining("¶"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      textBlock =
          """
          **bold** and *it*                ¦ *bold* and _it_
          **bold _both_**                  ¦ *bold _both_*
          ~~gone~~ `a < b`                 ¦ ~gone~ `a &lt; b`
          # Head                           ¦ *Head*
          [a|b](https://e.example/?b=1&c)  ¦ <https://e.example/?b=1&amp;c|a|b>
          [a](https://e.example/%7c|x)     ¦ <https://e.example/%7c%7Cx|a>
          [a](javascript:alert(1))         ¦ a (javascript:alert(1))
          [a](tg://resolve?domain=x)       ¦ a (tg://resolve?domain=x)
          [**a**](https://e.example)       ¦ <https://e.example|a>
          **[a](https://e.example)**       ¦ *<https://e.example|a>*
          <!channel> <@U1> <#C1> & so      ¦ &lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt; &amp; so
          &lt;!here&gt;                    ¦ &lt;!here&gt;
          [x](<!channel>)                  ¦ x (!channel)
          [<!here>](https://e.example)     ¦ <https://e.example|&lt;!here&gt;>
          <https://e.example>              ¦ <https://e.example|https://e.example>
          in**the**word                    ¦ in​*the*​word
          \\*as it is\\*                   ¦ *​as it is*
          snake_case_name 2 * 3            ¦ snake_case_name 2 * 3
          > said                           ¦ > said
          \\> said                         ¦ ​&gt; said
          - one                            ¦ • one
          """)
  void looksAreThoseOfSlack(String markdown, String mrkdwn) {
    assertThat(mrkdwn(markdown.replace("\\\\", "\\"))).isEqualTo(mrkdwn);
  }

  @Test
  void looksEndWithTheirLine() {
    assertThat(mrkdwn("**a\nb**")).isEqualTo("*a*\n*b*");
    assertThat(mrkdwn("> **a\n> b**\n\nc")).isEqualTo("> *a*\n> *b*\n\nc");
  }

  @Test
  void blocksOfCodeAreClosedAndBegunAgain() {
    assertThat(mrkdwn("```js\na < b\n```\nend")).isEqualTo("```\na &lt; b\n```\n\nend");
    assertThat(mrkdwn("~~~\n```\n~~~")).isEqualTo("```\n``​`\n```");
    List<Piece> pieces = pieces("```js\n" + "  line of code\n".repeat(700) + "```");
    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(pieces)
        .allSatisfy(
            piece -> assertThat(piece.markup()).startsWith("```\n  line").endsWith("code\n```"));
  }

  @Test
  void randomTextsGiveNoCommandAndLoseNothing() {
    for (int seed = 0; seed < 400; seed++) {
      RandomMarkdown random = new RandomMarkdown(new Random(seed));
      String markdown = seed % 2 == 0 ? random.blocks() : random.noise();
      List<Piece> pieces = pieces(markdown);
      assertThat(pieces).as("seed %d", seed).allSatisfy(SlackMrkdwnTest::harmless);
      String plain = pieces.stream().map(Piece::markup).collect(Collectors.joining());
      assertThat(RandomMarkdown.isWithin(RandomMarkdown.letters(markdown), plain))
          .as("seed %d: %s", seed, markdown)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.krabkrab.gateway.channel.markup.HostileMarkdown#texts")
  void hostileTextsEndInTime(String text) {
    assertThat(Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> pieces(text)))
        .isNotEmpty()
        .allSatisfy(SlackMrkdwnTest::harmless);
  }

  private static void harmless(Piece piece) {
    String text = piece.markup();
    assertThat(text.length()).isBetween(1, MOST);
    String linksAside = text.replaceAll("<(?:https?://|mailto:)[^<>|]*\\|[^<>]*>", "");
    assertThat(linksAside).doesNotContain("<").doesNotContainPattern("(?m)^(?!> ).*(?<!^)>");
    assertThat(linksAside).doesNotContainPattern("&(?!amp;|lt;|gt;)");
    assertThat(text.split("```", -1).length % 2).as(text).isEqualTo(1);
    assertThat(Character.isLowSurrogate(text.charAt(0))).isFalse();
  }
}
