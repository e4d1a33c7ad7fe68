package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * Prints to a person, or to a file a person opens: what is invisible or moves the cursor comes out
 * as an escape whoever wrote it, and a printed line stays one line. Every command prints through
 * it.
 */
final class Printer extends PrintWriter {
  private final Writer raw;

  private Printer(Writer raw) {
    super(raw, true);
    this.raw = raw;
  }

  /** Prints to a writer, which is left as it is when it escapes by itself. */
  static Printer to(Writer writer) {
    return writer instanceof Printer same ? same : new Printer(writer);
  }

  /** What a printer writes to, for the colours of the help texts. */
  static PrintWriter raw(PrintWriter printer) {
    return printer instanceof Printer known && known.raw instanceof PrintWriter below
        ? below
        : printer;
  }

  /** Prints one line, whatever is in it. */
  @Override
  public void println(@Nullable String line) {
    super.println(SafeText.line(String.valueOf(line)));
  }

  @Override
  public void write(String text, int from, int length) {
    String shown = escaped(text.substring(from, from + length));
    super.write(shown, 0, shown.length());
  }

  @Override
  public void write(char[] text, int from, int length) {
    write(new String(text, from, length), 0, length);
  }

  @Override
  public void write(int c) {
    write(String.valueOf((char) c), 0, 1);
  }

  /**
   * Line ends and tabs are layout here: who prints several lines at once has escaped the values.
   */
  private static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == '\n' || text.charAt(i) == '\t') {
        shown.append(SafeText.line(text.substring(begin, i)));
        if (i < text.length()) {
          shown.append(text.charAt(i));
        }
        begin = i + 1;
      }
    }
    return shown.toString();
  }
}
