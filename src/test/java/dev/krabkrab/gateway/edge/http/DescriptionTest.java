package dev.krabkrab.gateway.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.edge.http.Endpoint.Port;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The OpenAPI documents say what the routers do, and are ones. */
class DescriptionTest {
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  @ParameterizedTest
  @EnumSource(Port.class)
  void describeEveryRowOfTheTableAndNoOther(Port port) {
    Set<String> rows =
        Endpoint.of(port).stream()
            .flatMap(
                row ->
                    row.methods().stream().map(HttpMethod::name).map(m -> m + " " + row.template()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(operations(Description.of(port))).isEqualTo(rows);
  }

  private static Set<String> operations(Description description) {
    Set<String> all = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : description.document().path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> all.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    return all;
  }

  /** 405 stands where the router answers it, and where another method is not found it does not. */
  @ParameterizedTest
  @EnumSource(Port.class)
  void sayWhereOtherMethodsAreRefused(Port port) {
    JsonNode paths = Description.of(port).document().path("paths");
    for (Endpoint row : Endpoint.of(port)) {
      for (JsonNode operation : paths.path(row.template())) {
        assertThat(operation.path("responses").has("405"))
            .as(row.template())
            .isEqualTo(row.refusesOthers());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void haveNoLooseEnds(Port port) {
    Description description = Description.of(port);
    JsonNode document = description.document();
    assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
    assertThat(document.findValuesAsText("operationId")).doesNotHaveDuplicates();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (JsonNode operation : path.getValue()) {
        assertThat(pathParameters(operation)).isEqualTo(names(path.getKey()));
        operation
            .path("responses")
            .forEach(
                response -> assertThat(description.resolved(response).has("description")).isTrue());
      }
    }
  }

  private static List<String> names(String template) {
    return PARAMETER.matcher(template).results().map(found -> found.group(1)).toList();
  }

  private static List<String> pathParameters(JsonNode operation) {
    List<String> names = new ArrayList<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("path")) {
        names.add(parameter.path("name").asText());
      }
    }
    return names;
  }

  @ParameterizedTest
  @EnumSource(Port.class)
  void giveExamplesThatFitTheirSchemas(Port port) {
    Description description = Description.of(port);
    List<JsonNode> shown = description.document().findParents("example");
    assertThat(shown).isNotEmpty();
    for (JsonNode media : shown) {
      assertThat(description.problems(media.path("schema"), media.path("example")))
          .as(media.path("example").toString())
          .isEmpty();
    }
  }

  /** The bounds of bodies and of the parts of paths are those of the code. */
  @ParameterizedTest
  @EnumSource(value = Port.class, names = "CLIENTS")
  void tellTheBoundsOfTheCode(Port port) {
    JsonNode paths = Description.of(port).document().path("paths");
    assertThat(bytes(paths, "/tools/invoke")).isEqualTo(ToolsInvoke.MOST_BYTES);
    assertThat(bytes(paths, "/v1/responses")).isEqualTo(Responses.MOST_BYTES);
    assertThat(bytes(paths, "/v1/chat/completions")).isEqualTo(ChatCompletions.MOST_BYTES);
    assertThat(bytes(paths, "/hooks/agent")).isEqualTo(Hooks.MOST_BYTES);
    assertThat(bytes(paths, "/channels/{channel}/{accountId}")).isEqualTo(ChannelHttp.MOST_BYTES);
    assertThat(
            Description.of(port)
                .document()
                .at("/components/schemas/ResponseRequest/properties")
                .properties()
                .stream()
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(ResponsesInput.FIELDS);
  }

  private static int bytes(JsonNode paths, String template) {
    String text = paths.path(template).at("/post/requestBody/description").asText();
    Matcher found =
        Pattern.compile("at most (\\d+) (K|M)iB", Pattern.CASE_INSENSITIVE).matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return Integer.parseInt(found.group(1)) * (found.group(2).equals("K") ? 1024 : 1024 * 1024);
  }
}
