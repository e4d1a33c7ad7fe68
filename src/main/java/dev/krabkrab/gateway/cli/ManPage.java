package dev.krabkrab.gateway.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** The page of one command for {@code man}, in the macros of man(7). */
final class ManPage {
  private final CommandSpec spec;
  private final HelpPage help;
  private final List<String> lines = new ArrayList<>();

  private ManPage(CommandSpec spec) {
    this.spec = spec;
    this.help = new HelpPage(spec, new Terminal(0, false));
  }

  /** Its name without the section, as {@code krabkrab-devices-list}. */
  static String name(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  static String text(CommandSpec spec) {
    return new ManPage(spec).write();
  }

  private String write() {
    String name = name(spec);
    String what = String.join(" ", spec.usageMessage().description());
    lines.add(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" \"krabkrab\" \"KrabKrab Gateway\"");
    // Names of keys and variables stay whole.
    lines.add(".nh");
    lines.add(".ad l");
    title("Name");
    lines.add(escaped(name) + " \\- " + escaped(what));
    title("Synopsis");
    lines.add(".B " + escaped(help.synopsis()));
    title("Description");
    line(what);
    section("Parameters", help.parameters());
    section("Options", help.options(false));
    section("Connection", help.options(true));
    section("Commands", help.commands());
    footer();
    related();
    return String.join("\n", lines) + "\n";
  }

  private void title(String title) {
    lines.add(".SH \"" + escaped(title.toUpperCase(Locale.ROOT)) + "\"");
  }

  private void section(String title, Map<String, String> entries) {
    if (entries.isEmpty()) {
      return;
    }
    title(title);
    entries.forEach(
        (name, text) -> {
          lines.add(".TP");
          lines.add(".B " + escaped(name.strip()));
          line(text);
        });
  }

  /** Titles become sections, what is indented stays as it is, the rest is folded by the reader. */
  private void footer() {
    boolean literal = false;
    for (String line : spec.usageMessage().footer()) {
      boolean indented = line.startsWith(" ");
      if (literal && !indented) {
        lines.add(".EE");
      } else if (!literal && indented) {
        lines.add(".EX");
      }
      literal = indented;
      if (Prose.isTitle(line)) {
        title(line.substring(0, line.length() - 1));
      } else if (line.isEmpty()) {
        lines.add(".PP");
      } else {
        line(line);
      }
    }
    if (literal) {
      lines.add(".EE");
    }
  }

  private void related() {
    List<String> pages = new ArrayList<>();
    if (spec.parent() != null) {
      pages.add(name(spec.parent()) + "(1)");
    }
    help.commands().keySet().forEach(name -> pages.add(name(spec) + "-" + name + "(1)"));
    if (!pages.isEmpty()) {
      title("See also");
      line(String.join(", ", pages));
    }
  }

  private void line(String text) {
    String escaped = escaped(text);
    boolean control = escaped.startsWith(".") || escaped.startsWith("'");
    lines.add(control ? "\\&" + escaped : escaped);
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("…", "...");
  }
}
