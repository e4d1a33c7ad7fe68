package dev.krabkrab.gateway.channel.markup;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableHead;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.node.Node;

/** A table in letters of one width, since chats have no tables. */
final class Table {
  /** Columns are padded up to here. */
  private static final int WIDEST = 40;

  private Table() {}

  static String of(TableBlock table) {
    List<List<String>> rows = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    int heads = 0;
    for (Node node = table; node != null; node = Nodes.next(node, table)) {
      if (node instanceof TableRow row) {
        rows.add(cells(row, widths));
        heads += row.getParent() instanceof TableHead ? 1 : 0;
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(line(row, widths));
      if (lines.size() == heads) {
        lines.add(rule(widths));
      }
    }
    return String.join("\n", lines);
  }

  private static List<String> cells(TableRow row, List<Integer> widths) {
    List<String> cells = new ArrayList<>();
    for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNext()) {
      if (cell instanceof TableCell) {
        String words = words(cell);
        int column = cells.size();
        int width = Math.min(WIDEST, width(words));
        if (column == widths.size()) {
          widths.add(width);
        } else {
          widths.set(column, Math.max(widths.get(column), width));
        }
        cells.add(words);
      }
    }
    return cells;
  }

  private static String words(Node cell) {
    StringBuilder words = new StringBuilder(Nodes.plain(cell));
    for (Node node = Nodes.next(cell, cell); node != null; node = Nodes.next(node, cell)) {
      String address = Nodes.address(node);
      if (address != null && words.indexOf(address) < 0) {
        words.append(" (").append(address).append(')');
      }
    }
    return words.toString();
  }

  private static int width(String words) {
    return words.codePointCount(0, words.length());
  }

  private static String line(List<String> row, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String words = row.get(i);
      line.append(i == 0 ? "" : " | ").append(words);
      if (i < row.size() - 1) {
        line.repeat(" ", Math.max(0, widths.get(i) - width(words)));
      }
    }
    return line.toString().stripTrailing();
  }

  private static String rule(List<Integer> widths) {
    return String.join(
        "-+-", widths.stream().map(width -> "-".repeat(Math.max(1, width))).toList());
  }
}
