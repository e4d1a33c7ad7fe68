package dev.krabkrab.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows printed under a header, columns aligned. */
final class Table {
  /** A longer cell does not widen its column: what a stranger writes does not part the others. */
  private static final int WIDEST = 60;

  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    rows.add(List.of(header));
  }

  /** Adds a row; an empty cell is shown as a dash. */
  Table row(String... cells) {
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(cell.isEmpty() ? "-" : Text.safe(cell));
    }
    rows.add(row);
    return this;
  }

  void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.clamp(row.get(i).length(), width[i], WIDEST);
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', Math.max(0, width[i] - row.get(i).length()) + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
