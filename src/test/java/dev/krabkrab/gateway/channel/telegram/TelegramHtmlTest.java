package dev.krabkrab.gateway.channel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.channel.markup.Piece;
import dev.krabkrab.gateway.channel.markup.Pieces;
import dev.krabkrab.gateway.channel.markup.RandomMarkdown;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelegramHtmlTest {
  private static final int MOST = 4_000;
  private static final Pattern TAG =
      Pattern.compile(
          "<(/?)(b|i|s|code|pre|a|blockquote)( href=\"(?:https?|tg|mailto):[^\"<>]*\"|"
              + " class=\"language-[A-Za-z0-9_+#.-]+\")?>");

  private static List<Piece> pieces(String markdown) {
    return Pieces.ofMarkdown(markdown, TelegramHtml.MARKUP);
  }

  private static String html(String markdown) {
    return pieces(markdown).stream().map(Piece::markup).collect(Collectors.joining("¶"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      textBlock =
          """
          **bold** and __bold__            ¦ <b>bold</b> and <b>bold</b>
          *it* and _it_                    ¦ <i>it</i> and <i>it</i>
          ***both***                       ¦ <i><b>both</b></i>
          ~~gone~~                         ¦ <s>gone</s>
          `a < b`                          ¦ <code>a &lt; b</code>
          **a `b` c**                      ¦ <b>a </b><code>b</code><b> c</b>
          # Head                           ¦ <b>Head</b>
          [a](https://e.example/?b=1&c="2) ¦ <a href="https://e.example/?b=1&amp;c=&quot;2">a</a>
          [a](javascript:alert(1))         ¦ a (javascript:alert(1))
          [a](tg://user?id=7)              ¦ a (tg://user?id=7)
          [a](file:///etc/passwd)          ¦ a (file:///etc/passwd)
          ![pic](http://e.example/p.png)   ¦ <a href="http://e.example/p.png">pic</a>
          <b>not ours</b> & so             ¦ &lt;b&gt;not ours&lt;/b&gt; &amp; so
          <script>x</script>               ¦ &lt;script&gt;x&lt;/script&gt;
          &lt;b&gt;                        ¦ &lt;b&gt;
          \\*as it is\\*                   ¦ *as it is*
          snake_case_name 2 * 3 * 4        ¦ snake_case_name 2 * 3 * 4
          > said                           ¦ <blockquote>said</blockquote>
          [TODO]: fix                      ¦ [TODO]: fix
          - one                            ¦ • one
          7) seven                         ¦ 7) seven
          ---                              ¦ ———
          """)
  void looksAreThoseOfTelegram(String markdown, String html) {
    assertThat(html(markdown.replace("\\\\", "\\"))).isEqualTo(html);
  }

  @Test
  void blocksKeepTheirLines() {
    assertThat(html("one\ntwo\n\n- a\n  - b\n- c\n\n```c++ title\nif (a < b)\n  x;\n```\nend"))
        .isEqualTo(
            "one\ntwo\n\n• a\n   • b\n• c\n\n"
                + "<pre><code class=\"language-c++\">if (a &lt; b)\n  x;</code></pre>\n\nend");
    assertThat(html("| a | b |\n|---|---|\n| long | **c** |"))
        .isEqualTo("<pre>a    | b\n-----+--\nlong | c</pre>");
    assertThat(html("> a\n>\n> > b\n\n> c"))
        .isEqualTo("<blockquote>a\n\nb</blockquote>\n\n<blockquote>c</blockquote>");
  }

  @Test
  void aBlockOfCodeGoesOnInTheNextPiece() {
    String code = "    int crab = 1; // <so>\n".repeat(400);
    List<Piece> pieces = pieces("before\n\n```java\n" + code + "```\n\nafter");
    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(pieces)
        .allSatisfy(
            piece ->
                assertThat(piece.markup())
                    .contains("<pre><code class=\"language-java\">    int crab")
                    .contains("// &lt;so&gt;</code></pre>"));
    assertThat(pieces.getLast().markup()).endsWith("</code></pre>\n\nafter");
  }

  @Test
  void cutsAreBetweenBlocks() {
    String paragraph = "word ".repeat(500).strip();
    assertThat(pieces(paragraph + "\n\n" + paragraph + "\n\n" + paragraph))
        .extracting(Piece::plain)
        .containsExactly(paragraph, paragraph, paragraph);
    String code = "```\n" + "line\n".repeat(798) + "```";
    assertThat(pieces("short\n\n" + code)).extracting(Piece::plain).startsWith("short").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"🦀", "é", "👩‍👩‍👧", "&", "<"})
  void nothingIsCutWithinASign(String sign) {
    List<Piece> pieces = pieces(sign.repeat(3_000));
    assertThat(pieces).allSatisfy(piece -> wellFormed(piece));
    assertThat(pieces).extracting(Piece::plain).allMatch(plain -> plain.startsWith(sign));
  }

  @Test
  void randomTextsAreWellFormedAndComplete() {
    for (int seed = 0; seed < 400; seed++) {
      RandomMarkdown random = new RandomMarkdown(new Random(seed));
      String markdown = seed % 2 == 0 ? random.blocks() : random.noise();
      List<Piece> pieces = pieces(markdown);
      assertThat(pieces).as("seed %d", seed).allSatisfy(TelegramHtmlTest::wellFormed);
      String plain = pieces.stream().map(Piece::plain).collect(Collectors.joining());
      assertThat(RandomMarkdown.isWithin(RandomMarkdown.letters(markdown), plain))
          .as("seed %d: %s", seed, markdown)
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"> ", "- ", "*a ", "[", "![", "**a _b ", "`", "<a ", "~~a ", "1. ", "\\", "| "})
  void deepTextsEndInTime(String part) {
    String deep = part.repeat(60_000 / part.length());
    assertThat(deep).hasSizeGreaterThan(59_000);
    assertThat(
            org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> pieces(deep + "x")))
        .isNotEmpty()
        .allSatisfy(TelegramHtmlTest::wellFormed);
  }

  @ParameterizedTest
  @MethodSource("dev.krabkrab.gateway.channel.markup.HostileMarkdown#texts")
  void hostileTextsEndInTimeWithSomethingToBeSeenInEachPiece(String text) {
    assertThat(
            org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> pieces(text)))
        .isNotEmpty()
        .allSatisfy(TelegramHtmlTest::wellFormed)
        .noneMatch(piece -> piece.plain().replaceAll("[\\p{Cc}\\p{Cf}]", "").isBlank());
  }

  @Test
  void onlyParagraphsThatAreTooLongLoseTheirLooks() {
    String words = "word ".repeat(2_000);
    assertThat(html("**a**\n\n" + words + "**b** &amp;\n\n**c**"))
        .startsWith("<b>a</b>")
        .contains("word **b** &amp;amp;")
        .endsWith("<b>c</b>");
  }

  /** Only known tags, closed in order; what is left is the text. */
  static void wellFormed(Piece piece) {
    String html = piece.markup();
    assertThat(html.length()).isBetween(1, MOST);
    Deque<String> open = new ArrayDeque<>();
    StringBuilder plain = new StringBuilder();
    Matcher tag = TAG.matcher(html);
    int at = 0;
    while (tag.find()) {
      plain.append(html, at, tag.start());
      at = tag.end();
      if (tag.group(1).isEmpty()) {
        boolean inCode = open.contains("pre") || open.contains("code");
        assertThat(inCode && !(tag.group(2).equals("code") && "pre".equals(open.peek()))).isFalse();
        open.push(tag.group(2));
      } else {
        assertThat(open.pop()).isEqualTo(tag.group(2));
      }
    }
    plain.append(html.substring(at));
    assertThat(open).isEmpty();
    assertThat(plain.toString())
        .doesNotContain("<", ">")
        .doesNotContainPattern("&(?!amp;|lt;|gt;)");
    assertThat(plain.toString().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        .isEqualTo(piece.plain());
    assertThat(Character.isLowSurrogate(piece.plain().charAt(0))).isFalse();
  }
}
