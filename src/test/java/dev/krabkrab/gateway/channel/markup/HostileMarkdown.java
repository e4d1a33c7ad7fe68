package dev.krabkrab.gateway.channel.markup;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texts that cost those who read them the most, just short enough to be read. */
public final class HostileMarkdown {
  private static final int LENGTH = 99_000;

  private HostileMarkdown() {}

  /** A text of each kind. */
  public static Stream<String> texts() {
    Stream<String> repeated =
        Stream.of(
                "`![[]()",
                "_a**b__c*",
                "*a_",
                "a**b",
                "~~a~",
                "<![CDATA[",
                "<!--",
                "<?",
                "<a b='",
                "[a](",
                "[a][",
                "![",
                "[a]: b '",
                "[a]:\n",
                "[a](<b",
                "[]((",
                "`a`\n> b\n\n",
                "&#x",
                "<http://a",
                "*~_`",
                "# ",
                "\t",
                "- a\n",
                "1. ",
                ">",
                "|\n-\n",
                "a|b\n",
                "a\n=\n",
                "    a\n\n",
                "\u0000",
                "\u200d",
                "\uD83C\uDDE6",
                "\uD83C")
            .map(part -> part.repeat(LENGTH / part.length()) + "x");
    return Stream.concat(repeated, composed());
  }

  private static Stream<String> composed() {
    return List.of(
        "*a*b".repeat(LENGTH / 8) + " ".repeat(LENGTH / 2) + "x",
        "`a`b".repeat(LENGTH / 16) + (" ".repeat(3_000) + "x").repeat(LENGTH / 4_010),
        "- ".repeat(23) + "a\n".repeat(LENGTH / 2 - 24),
        "|a".repeat(LENGTH / 8) + "|\n" + "|-".repeat(LENGTH / 8) + "|\n" + "|\n".repeat(20_000),
        "a|".repeat(300) + "\n" + "-|".repeat(300) + "\n" + "a\n".repeat(40_000),
        "[a]: /u\n\n" + "[a]".repeat(LENGTH / 3 - 4),
        "[".repeat(LENGTH / 2) + "]".repeat(LENGTH / 2),
        counted(430, i -> "`".repeat(i) + " "),
        counted(LENGTH / 12, i -> "[a" + i + "]: /u\n"),
        counted(LENGTH / 40, i -> " ".repeat(2 * (i % 24)) + "- a\n"),
        "```\na" + "\n".repeat(LENGTH) + "b\n```",
        "e" + "\u0301".repeat(LENGTH),
        "a" + "\u200b".repeat(LENGTH) + "b")
        .stream();
  }

  private static String counted(int count, IntFunction<String> part) {
    return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining());
  }
}
