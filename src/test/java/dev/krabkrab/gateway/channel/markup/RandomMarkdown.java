package dev.krabkrab.gateway.channel.markup;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** Markdown as models write it, and as nobody should. */
public final class RandomMarkdown {
  private static final List<String> SIGNS =
      List.of(
          "*",
          "**",
          "_",
          "__",
          "~~",
          "`",
          "```",
          "[",
          "](",
          ")",
          "<",
          ">",
          "&",
          "&amp;",
          "|",
          "#",
          "- ",
          "> ",
          "1. ",
          "\n",
          "\n\n",
          "    ",
          "\\",
          "!",
          "<!channel>",
          "<@U1>",
          "</b>",
          "\"",
          "🦀",
          "👩‍👩‍👧",
          "é",
          "http://a.example/b_c*d",
          "javascript:x",
          "\u0000",
          "\uD800",
          "x".repeat(300));

  private final RandomGenerator random;
  private int words;

  public RandomMarkdown(RandomGenerator random) {
    this.random = random;
  }

  /** A text of well-formed blocks. */
  public String blocks() {
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      text.append(block()).append("\n\n");
    }
    return text.toString();
  }

  /** A text of signs in any order. */
  public String noise() {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(1_500);
    for (int i = 0; i < count; i++) {
      text.append(random.nextInt(3) == 0 ? words(3) : SIGNS.get(random.nextInt(SIGNS.size())));
    }
    return text.toString();
  }

  private String block() {
    return switch (random.nextInt(8)) {
      case 0 -> "#".repeat(1 + random.nextInt(4)) + " " + line();
      case 1 -> "- " + line() + "\n  - " + line() + "\n- " + line();
      case 2 -> "3. " + line() + "\n4. " + line();
      case 3 -> "> " + line() + "\n> \n> " + line();
      case 4 -> "```java\n" + code() + "\n```";
      case 5 ->
          "| "
              + words(1)
              + " | "
              + line().replace("|", "")
              + " |\n|---|---|\n| "
              + words(1)
              + " | "
              + words(2)
              + " |";
      case 6 -> line() + "\n" + line();
      default -> words(400);
    };
  }

  private String code() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(120); i++) {
      lines.add("  ".repeat(random.nextInt(4)) + words(1 + random.nextInt(9)) + " <a> && \"b\"");
    }
    return String.join("\n", lines);
  }

  private String line() {
    StringBuilder line = new StringBuilder(words(1 + random.nextInt(20)));
    for (int i = 0; i < 4; i++) {
      line.append(' ')
          .append(
              switch (random.nextInt(8)) {
                case 0 -> "**" + words(3) + " _" + words(2) + "_ " + words(1) + "**";
                case 1 -> "*" + words(2) + "*";
                case 2 -> "~~" + words(2) + "~~";
                case 3 -> "`" + words(2) + " <&>`";
                case 4 -> "[" + words(2) + "](https://e.example/?a=1&b=2)";
                case 5 -> "![" + words(1) + "](http://p.example/x.png)";
                case 6 -> "[" + words(1) + "](javascript:alert)";
                default -> "🦀 & <b> " + words(2);
              });
    }
    return line.toString();
  }

  private String words(int count) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add("w" + words++);
    }
    return String.join(" ", all);
  }

  /** Letters and digits of a text that have to be read, in their order. */
  public static String letters(String markdown) {
    StringBuilder found = new StringBuilder();
    Parser.builder().build().parse(markdown).accept(new Literals(found));
    return found.toString().replaceAll("[^\\p{L}\\p{N}]", "");
  }

  /** Whether all of one text is in the other, in its order. */
  public static boolean isWithin(String part, String whole) {
    int at = 0;
    for (int i = 0; i < whole.length() && at < part.length(); i++) {
      at += whole.charAt(i) == part.charAt(at) ? 1 : 0;
    }
    return at == part.length();
  }

  private static final class Literals extends AbstractVisitor {
    private final StringBuilder found;

    Literals(StringBuilder found) {
      this.found = found;
    }

    @Override
    public void visit(Text text) {
      found.append(text.getLiteral());
    }

    @Override
    public void visit(Code code) {
      found.append(code.getLiteral());
    }

    @Override
    public void visit(HtmlInline html) {
      found.append(html.getLiteral());
    }

    @Override
    public void visit(HtmlBlock html) {
      found.append(html.getLiteral());
    }

    @Override
    public void visit(FencedCodeBlock code) {
      found.append(code.getLiteral());
    }

    @Override
    public void visit(IndentedCodeBlock code) {
      found.append(code.getLiteral());
    }
  }
}
