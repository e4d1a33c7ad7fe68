package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Finds what a person means by an id, the beginning of one, or a name. */
final class IdFinder {
  private static final int SHOWN = 10;

  /** A UUID, or the hash of a device's key: whole, so that nothing has to be looked for. */
  private static final Pattern WHOLE =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}");

  private final String kind;
  private final String command;

  /**
   * @param kind what is meant, as in {@code node}
   * @param command the command that lists them, as in {@code nodes list}
   */
  IdFinder(String kind, String command) {
    this.kind = kind;
    this.command = command;
  }

  /**
   * The id that is meant: the one of that text, else the only one that begins with it. What none
   * begins with is given back as it is, for the gateway to judge: it may know more than it lists.
   *
   * @throws CliException when several fit
   */
  String id(String wanted, Supplier<JsonNode> rows, String idField) {
    if (WHOLE.matcher(wanted).matches()) {
      return wanted;
    }
    Map<String, String> fitting = fitting(wanted, rows.get(), idField, "");
    return fitting.isEmpty() ? wanted : only(wanted, fitting);
  }

  /**
   * The same where a name is as good as an id, case apart.
   *
   * @throws CliException when several or none fit
   */
  String idOrName(String wanted, Supplier<JsonNode> rows, String idField, String nameField) {
    if (WHOLE.matcher(wanted).matches()) {
      return wanted;
    }
    Map<String, String> fitting = fitting(wanted, rows.get(), idField, nameField);
    if (fitting.isEmpty()) {
      throw new CliException(
          ExitCodes.FAILED,
          "no " + kind + " is called " + Text.safe(wanted),
          "`krabkrab " + command + "` shows them all.");
    }
    return only(wanted, fitting);
  }

  private static Map<String, String> fitting(
      String wanted, JsonNode rows, String idField, String nameField) {
    Map<String, String> fitting = new LinkedHashMap<>();
    for (JsonNode row : rows) {
      String id = row.path(idField).asText("");
      String name = row.path(nameField).asText("");
      if (id.equals(wanted)) {
        return Map.of(id, name);
      }
      boolean named = !name.isEmpty() && name.equalsIgnoreCase(wanted);
      if (named || (!wanted.isEmpty() && id.startsWith(wanted))) {
        fitting.put(id, DeviceText.name(row));
      }
    }
    return fitting;
  }

  private String only(String wanted, Map<String, String> fitting) {
    if (fitting.size() == 1) {
      return fitting.keySet().iterator().next();
    }
    ShortIds ids = new ShortIds(List.copyOf(fitting.keySet()));
    List<String> shown = new ArrayList<>();
    fitting.forEach(
        (id, name) -> {
          // Other ids are words by themselves.
          String text = WHOLE.matcher(id).matches() ? ids.of(id) : id;
          shown.add(Text.safe(text + (name.isEmpty() ? "" : " (" + name + ")")));
        });
    int more = shown.size() - SHOWN;
    throw new CliException(
        ExitCodes.FAILED,
        "several fit "
            + kind
            + " '"
            + Text.safe(wanted)
            + "': "
            + String.join(", ", shown.subList(0, Math.min(SHOWN, shown.size())))
            + (more > 0 ? " and " + more + " more" : ""),
        "Give more of the id; `krabkrab " + command + "` shows them all.");
  }
}
