package dev.krabkrab.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Rows under a header, columns aligned, kept within the terminal: columns are narrowed and their
 * cells folded; where even that is too wide each row becomes a block. What is long by nature, like
 * a command, is a {@link #detail} on lines of its own below its row.
 */
final class Table {
  /** A longer cell does not widen its column: what a stranger writes does not part the others. */
  private static final int WIDEST = 60;

  /** Columns are narrowed to this at most, or to their title. */
  private static final int NARROWEST = 8;

  /** The first column is what commands are given; it is not folded up to here. */
  private static final int WHOLE = 40;

  private static final String GAP = "  ";

  private final List<String> header;
  private final List<Row> rows = new ArrayList<>();

  /** A row of cells, and what stands below it. */
  private record Row(List<String> cells, List<String[]> details) {}

  Table(String... header) {
    this.header = List.of(header);
  }

  /** Adds a row; an empty cell is shown as a dash. */
  Table row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(cell.isEmpty() ? "-" : Text.safe(cell));
    }
    rows.add(new Row(row, new ArrayList<>()));
    return this;
  }

  /** Adds a line below the last row; left out when empty. */
  Table detail(String name, String value) {
    if (!value.isEmpty()) {
      rows.getLast().details().add(new String[] {name, Text.safe(value)});
    }
    return this;
  }

  /** Prints names and values, one below the other. */
  static void fields(CliContext context, Map<String, String> fields) {
    List<String[]> lines = new ArrayList<>();
    fields.forEach((name, value) -> lines.add(new String[] {name, Text.safe(value)}));
    details(lines, context.terminal(), context.out());
  }

  /** Prints it to the context's standard output. */
  void print(CliContext context) {
    Terminal terminal = context.terminal();
    PrintWriter out = context.out();
    int[] width = widths(terminal.columns());
    if (width.length == 0) {
      blocks(terminal, out);
      return;
    }
    if (terminal.colour()) {
      // All of it is our own text.
      Printer.raw(out).println(terminal.bold(line(header, width)));
    } else {
      out.println(line(header, width));
    }
    for (Row row : rows) {
      cells(row.cells(), width, terminal.columns() > 0, out);
      details(row.details(), terminal, out);
    }
  }

  /** The columns' widths; none when they cannot be made to fit. */
  private int[] widths(int limit) {
    int[] width = new int[header.size()];
    int[] least = new int[header.size()];
    for (int i = 0; i < width.length; i++) {
      width[i] = Columns.of(header.get(i));
      for (Row row : rows) {
        width[i] = Math.clamp(Columns.of(row.cells().get(i)), width[i], WIDEST);
      }
      int whole = i == 0 ? WHOLE : NARROWEST;
      least[i] = Math.min(width[i], Math.max(whole, Columns.of(header.get(i))));
    }
    int free = limit - GAP.length() * (width.length - 1);
    while (limit > 0 && Arrays.stream(width).sum() > free) {
      int widest = -1;
      for (int i = 0; i < width.length; i++) {
        boolean more = widest < 0 || width[i] > width[widest];
        widest = width[i] > least[i] && more ? i : widest;
      }
      if (widest < 0) {
        return new int[0];
      }
      width[widest]--;
    }
    return width;
  }

  private static void cells(List<String> cells, int[] width, boolean limited, PrintWriter out) {
    List<List<String>> folded = new ArrayList<>();
    int height = 1;
    for (int i = 0; i < width.length; i++) {
      List<String> lines = limited ? Columns.fold(cells.get(i), width[i]) : List.of(cells.get(i));
      folded.add(lines);
      height = Math.max(height, lines.size());
    }
    for (int at = 0; at < height; at++) {
      List<String> line = new ArrayList<>();
      for (List<String> lines : folded) {
        line.add(at < lines.size() ? lines.get(at) : "");
      }
      out.println(line(line, width));
    }
  }

  private static String line(List<String> cells, int[] width) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < width.length; i++) {
      line.append(i == 0 ? "" : GAP).append(Columns.padded(cells.get(i), width[i]));
    }
    return line.toString().stripTrailing();
  }

  private void blocks(Terminal terminal, PrintWriter out) {
    for (Row row : rows) {
      List<String[]> fields = new ArrayList<>();
      for (int i = 0; i < header.size(); i++) {
        fields.add(new String[] {header.get(i), row.cells().get(i)});
      }
      fields.addAll(row.details());
      details(fields, terminal, out);
      out.println();
    }
  }

  private static void details(List<String[]> details, Terminal terminal, PrintWriter out) {
    int names = details.stream().mapToInt(detail -> Columns.of(detail[0])).max().orElse(0);
    int indent = GAP.length() + names + GAP.length();
    int columns = terminal.columns() == 0 ? Integer.MAX_VALUE : terminal.columns() - indent;
    for (String[] detail : details) {
      List<String> lines = Columns.fold(detail[1].isEmpty() ? "-" : detail[1], columns);
      String before = GAP + Columns.padded(detail[0], names) + GAP;
      if (lines.size() > 1 && isWord(detail[1], columns + indent - GAP.length() * 2)) {
        // An id that would be torn apart stands on a line of its own.
        out.println(before.stripTrailing());
        before = GAP + GAP;
        lines = List.of(detail[1]);
      }
      for (String line : lines) {
        out.println(before + line);
        before = " ".repeat(indent);
      }
    }
  }

  private static boolean isWord(String text, int columns) {
    return Columns.of(text) <= columns && text.indexOf(' ') < 0 && text.indexOf(',') < 0;
  }
}
