package dev.krabkrab.gateway.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The Helm chart, rendered by Helm, in a form in which it can be compared with kustomize's. */
final class Chart {
  static final Path FOLDER = Path.of("k8s", "helm", "krabkrab-gateway");

  private static final Set<String> OF_HELM =
      Set.of(
          "helm.sh/chart",
          "app.kubernetes.io/managed-by",
          "app.kubernetes.io/version",
          "app.kubernetes.io/instance",
          "checksum/config");
  private static final Set<String> MAPS =
      Set.of("labels", "matchLabels", "selector", "annotations");

  /** Whose order means nothing to us: no variable refers to another one. */
  private static final Set<String> UNORDERED = Set.of("env", "volumes", "volumeMounts");

  private Chart() {}

  /**
   * The objects of a release called krabkrab-gateway in the namespace krabkrab.
   *
   * @throws IllegalStateException in Helm's words
   */
  static List<ObjectNode> render(Path scratch, String values) throws IOException {
    Path file = Files.writeString(scratch.resolve("values.yaml"), values);
    return Yaml.all(HelmProcess.template(copy(scratch.resolve("chart")), file));
  }

  /** Helm as a library takes every cluster for one of an old release, and that cannot be set. */
  private static Path copy(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = target.resolve(FOLDER.relativize(file));
        Files.createDirectories(to.getParent());
        String text = Files.readString(file);
        Files.writeString(
            to, file.endsWith("Chart.yaml") ? text.replaceAll("(?m)^kubeVersion:.*\n", "") : text);
      }
    }
    return target;
  }

  /** Without what either tool adds of its own, sorted. */
  static List<ObjectNode> comparable(List<ObjectNode> objects) {
    return objects.stream()
        .filter(object -> !object.path("kind").asText().equals("Namespace"))
        .map(ObjectNode::deepCopy)
        .map(Chart::plain)
        .sorted(Comparator.comparing(Chart::name))
        .toList();
  }

  static String name(JsonNode object) {
    return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
  }

  private static ObjectNode plain(ObjectNode object) {
    if (object.path("kind").asText().equals("ConfigMap")
        && object.at("/data").has("gateway.json5")) {
      // Kustomize names it after its content, Helm writes a checksum beside it.
      object.putObject("metadata").put("name", "krabkrab-gateway").put("namespace", "krabkrab");
    }
    strip(object);
    return object;
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String map : MAPS) {
        if (object.get(map) instanceof ObjectNode labels) {
          labels.remove(OF_HELM);
          if (labels.isEmpty()) {
            object.remove(map);
          }
        }
      }
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getValue() instanceof ArrayNode list && UNORDERED.contains(field.getKey())) {
          sort(list);
        }
        if (field.getKey().equals("configMap")
            && field.getValue().path("name").asText().startsWith("krabkrab-gateway-")) {
          ((ObjectNode) field.getValue()).put("name", "krabkrab-gateway");
        }
      }
    }
    node.forEach(Chart::strip);
  }

  private static void sort(ArrayNode list) {
    List<JsonNode> sorted =
        StreamSupport.stream(list.spliterator(), false)
            .sorted(Comparator.comparing(element -> element.path("name").asText()))
            .toList();
    list.removeAll();
    list.addAll(sorted);
  }
}
