package dev.krabkrab.gateway.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Renders a kustomization folder like {@code kubectl kustomize}, as far as ours go: resources,
 * components, strategic merge patches, generated config maps, namespace, images. Anything else in a
 * kustomization file is refused rather than overlooked.
 */
final class Kustomization {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "resources",
          "components",
          "patches",
          "configMapGenerator",
          "namespace",
          "images");
  private static final ObjectMapper SORTED =
      new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

  private final Path folder;
  private final ObjectNode file;
  private final List<ObjectNode> objects;

  private Kustomization(Path folder, List<ObjectNode> inherited) {
    this.folder = folder;
    this.file = Yaml.all(folder.resolve("kustomization.yaml")).getFirst();
    this.objects = new ArrayList<>(inherited);
    refuseOthers(file, KNOWN);
  }

  /** The objects of a folder, in no particular order. */
  static List<ObjectNode> render(Path folder) {
    return new Kustomization(folder, List.of()).objects();
  }

  private List<ObjectNode> objects() {
    for (JsonNode resource : file.path("resources")) {
      Path path = folder.resolve(resource.asText());
      objects.addAll(Files.isDirectory(path) ? render(path) : Yaml.all(path));
    }
    file.path("configMapGenerator").forEach(this::generate);
    for (JsonNode component : file.path("components")) {
      List<ObjectNode> changed =
          new Kustomization(folder.resolve(component.asText()), objects).objects();
      objects.clear();
      objects.addAll(changed);
    }
    file.path("patches").forEach(this::patch);
    if (file.has("namespace")) {
      objects.forEach(this::place);
    }
    file.path("images").forEach(this::tag);
    return objects;
  }

  private void generate(JsonNode generator) {
    refuseOthers(generator, Set.of("name", "namespace", "files", "options"));
    JsonNode options = generator.path("options");
    refuseOthers(options, Set.of("disableNameSuffixHash", "labels"));
    String name = generator.path("name").asText();
    ObjectNode map = JsonNodeFactory.instance.objectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    for (JsonNode entry : generator.path("files")) {
      map.withObjectProperty("data").put(entry.asText(), Yaml.text(folder.resolve(entry.asText())));
    }
    boolean plain = options.path("disableNameSuffixHash").asBoolean();
    String hashed = plain ? name : name + "-" + hash(map.path("data"));
    ObjectNode metadata = map.putObject("metadata").put("name", hashed);
    if (generator.has("namespace")) {
      metadata.set("namespace", generator.path("namespace"));
    }
    if (options.has("labels")) {
      metadata.set("labels", options.path("labels"));
    }
    objects.forEach(object -> refer(object, name, hashed));
    objects.add(map);
  }

  /**
   * The suffix that gives every content a name of its own, so that a change of it rolls the pods.
   */
  private static String hash(JsonNode data) {
    try {
      Map<String, Object> content =
          Map.of("kind", "ConfigMap", "name", "", "data", SORTED.treeToValue(data, Map.class));
      String json =
          SORTED
              .writeValueAsString(content)
              .replace("&", "\\u0026")
              .replace("<", "\\u003c")
              .replace(">", "\\u003e");
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of()
          .formatHex(digest)
          .substring(0, 10)
          .replace('0', 'g')
          .replace('1', 'h')
          .replace('3', 'k')
          .replace('a', 'm')
          .replace('e', 't');
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refer(ObjectNode object, String name, String hashed) {
    for (JsonNode volume : object.at("/spec/template/spec/volumes")) {
      if (volume.path("configMap") instanceof ObjectNode map
          && map.path("name").asText().equals(name)) {
        map.put("name", hashed);
      }
    }
  }

  private void patch(JsonNode entry) {
    refuseOthers(entry, Set.of("path"));
    ObjectNode patch = Yaml.all(folder.resolve(entry.path("path").asText())).getFirst();
    ObjectNode target =
        objects.stream()
            .filter(object -> identity(object).equals(identity(patch)))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("nothing to patch: " + patch));
    if (patch.path("$patch").asText().equals("delete")) {
      objects.remove(target);
    } else {
      StrategicMerge.apply(target, patch);
    }
  }

  private void place(ObjectNode object) {
    String namespace = file.path("namespace").asText();
    ObjectNode metadata = object.withObjectProperty("metadata");
    metadata.put(
        object.path("kind").asText().equals("Namespace") ? "name" : "namespace", namespace);
  }

  private void tag(JsonNode image) {
    refuseOthers(image, Set.of("name", "newTag"));
    String name = image.path("name").asText();
    for (ObjectNode object : objects) {
      for (JsonNode container : object.at("/spec/template/spec/containers")) {
        if (container.path("image").asText().equals(name)) {
          ((ObjectNode) container).put("image", name + ":" + image.path("newTag").asText());
        }
      }
    }
  }

  private static List<String> identity(JsonNode object) {
    return List.of(
        object.path("apiVersion").asText(),
        object.path("kind").asText(),
        object.at("/metadata/name").asText());
  }

  private static void refuseOthers(JsonNode object, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new IllegalArgumentException("this renderer does not know " + name);
              }
            });
  }
}
