package dev.krabkrab.gateway.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The OpenAPI document of one port, as a test reads it. */
public final class Description {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final ObjectNode document;

  private Description(ObjectNode document) {
    this.document = document;
  }

  public static Description of(Endpoint.Port port) {
    try {
      return new Description(Json.parseObject(DescriptionHttp.read(port)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ObjectNode document() {
    return document;
  }

  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** What is wrong with a value by a schema of the document. */
  List<String> problems(JsonNode schema, JsonNode value) {
    ObjectNode whole = Json.object();
    whole.putArray("allOf").add(schema);
    whole.set("components", document.path("components"));
    return REGISTRY.getSchema(whole).validate(value).stream().map(Error::toString).toList();
  }

  /** The method of a path that has one. */
  public String onlyMethod(String template) {
    return document.path("paths").path(template).fieldNames().next();
  }

  /** Fails when an answer is none of those that stand in the document. */
  public void describes(String method, String template, HttpResponse<String> answer) {
    String what = method + " " + template + " " + answer.statusCode();
    JsonNode responses =
        document
            .path("paths")
            .path(template)
            .path(method.toLowerCase(Locale.ROOT))
            .path("responses");
    JsonNode described = resolved(responses.path(Integer.toString(answer.statusCode())));
    assertThat(described.has("description")).as(what + " stands in the document").isTrue();
    for (Map.Entry<String, JsonNode> header : described.path("headers").properties()) {
      assertThat(answer.headers().firstValue(header.getKey())).as(what).isPresent();
    }
    String type = answer.headers().firstValue("content-type").orElse("").split(";", 2)[0];
    JsonNode content = described.path("content");
    if (content.isMissingNode()) {
      assertThat(answer.body()).as(what).isEmpty();
      return;
    }
    assertThat(content.has(type)).as(what + " " + type).isTrue();
    JsonNode value =
        type.endsWith("json")
            ? Json.tryParse(answer.body())
            : Json.object().textNode(answer.body());
    assertThat(value).as(what).isNotNull();
    assertThat(problems(content.path(type).path("schema"), value)).as(what).isEmpty();
  }
}
