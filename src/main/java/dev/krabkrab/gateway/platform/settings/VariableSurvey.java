package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.cluster.Backplane;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.VariablesMissing;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.VariablesProbe;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Variables;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks all instances which of the variables that a document names they have not. Says nothing of
 * their values. An instance that does not answer in time is left out.
 */
public final class VariableSurvey implements DocumentSurvey {
  private static final long WAIT_MS = 1_000;
  private static final int MOST_NAMES = 100;

  /** A variable, and the setting that names it. */
  private record Named(String path, String name) {}

  private final Backplane backplane;
  private final Supplier<Set<String>> live;
  private final Predicate<String> isSet;
  private final SecretPlaces places = SecretPlaces.load();

  /**
   * Answers others, too.
   *
   * @param live the instances of the cluster
   * @param isSet whether the environment of this one has a variable
   */
  public VariableSurvey(Backplane backplane, Supplier<Set<String>> live, Predicate<String> isSet) {
    this.backplane = backplane;
    this.live = live;
    this.isSet = isSet;
    backplane.on(
        VariablesProbe.class,
        asked -> asked.answer().accept(new VariablesMissing(missing(asked.message().names()))));
  }

  @Override
  public Future<ArrayNode> warnings(JsonNode content) {
    List<Named> named = new ArrayList<>();
    find(content, List.of(), named);
    List<String> names = named.stream().map(Named::name).distinct().limit(MOST_NAMES).toList();
    return names.isEmpty()
        ? Future.succeededFuture(Json.array())
        : ask(names).map(lacking -> told(named, lacking));
  }

  /** The missing variables by instance. */
  private Future<Map<String, List<String>>> ask(List<String> names) {
    Map<String, List<String>> lacking = new TreeMap<>();
    lacking.put(backplane.instance(), missing(names));
    Set<String> others = new TreeSet<>(live.get());
    others.remove(backplane.instance());
    List<Future<VariablesMissing>> answers =
        others.stream()
            .map(
                other ->
                    backplane
                        .request(other, new VariablesProbe(names), VariablesMissing.class, WAIT_MS)
                        .onSuccess(answer -> lacking.put(other, answer.names())))
            .toList();
    return Future.join(answers).map(lacking).otherwise(lacking);
  }

  private List<String> missing(List<String> names) {
    return names.stream().limit(MOST_NAMES).filter(isSet.negate()).toList();
  }

  private static ArrayNode told(List<Named> named, Map<String, List<String>> lacking) {
    ArrayNode found = Json.array();
    named.forEach(
        one -> {
          String name = one.name();
          List<String> without =
              lacking.entrySet().stream()
                  .filter(instance -> instance.getValue().contains(name))
                  .map(Map.Entry::getKey)
                  .toList();
          if (!without.isEmpty()) {
            found
                .addObject()
                .put("path", one.path())
                .put(
                    "message",
                    without.size() == lacking.size()
                        ? "names the variable " + name + ", which no instance has"
                        : "names the variable "
                            + name
                            + ", which these instances have not: "
                            + String.join(", ", without));
          }
        });
    return found;
  }

  private void find(JsonNode node, List<String> path, List<Named> named) {
    if (node.isTextual() && places.isFilledIn(path)) {
      Variables.names(node.textValue())
          .forEach(name -> named.add(new Named(String.join(".", path), name)));
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      find(field.getValue(), below(path, field.getKey()), named);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      find(node.get(i), below(path, Integer.toString(i)), named);
    }
  }

  private static List<String> below(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
