package dev.krabkrab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The bill of materials names what the gateway is made of, and nothing it is only tested with. */
class SbomIT {
  private static final Path TARGET = Path.of("target");

  @Test
  void listsExactlyTheJarsOnTheClassPath() throws IOException {
    List<String> listed = components().map(SbomIT::jarName).toList();

    assertThat(listed).hasSizeGreaterThan(20).containsExactlyInAnyOrderElementsOf(classPath());
  }

  @Test
  void tellsEachPartsDigestAndLicence() throws IOException {
    assertThat(components())
        .allSatisfy(
            component -> {
              assertThat(component.path("hashes")).as(jarName(component)).isNotEmpty();
              assertThat(component.path("licenses")).as(jarName(component)).isNotEmpty();
            });
  }

  private static Stream<JsonNode> components() throws IOException {
    JsonNode bom =
        Objects.requireNonNull(Json.tryParse(Files.readAllBytes(TARGET.resolve("bom.json"))));
    assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
    return StreamSupport.stream(bom.path("components").spliterator(), false);
  }

  private static String jarName(JsonNode component) {
    var purl = new QueryStringDecoder(component.path("purl").asText());
    List<String> classifier = purl.parameters().getOrDefault("classifier", List.of());
    return component.path("name").asText()
        + "-"
        + component.path("version").asText()
        + (classifier.isEmpty() ? "" : "-" + classifier.getFirst())
        + ".jar";
  }

  private static List<String> classPath() throws IOException {
    try (JarFile jar = new JarFile(TARGET.resolve("krabkrab-gateway.jar").toFile())) {
      String path = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Stream.of(path.split(" ")).map(entry -> entry.replaceFirst("^lib/", "")).toList();
    }
  }
}
