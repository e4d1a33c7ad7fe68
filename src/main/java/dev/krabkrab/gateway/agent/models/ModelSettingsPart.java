package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.settings.SettingsPart;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code models} of the gateway document. */
public final class ModelSettingsPart implements SettingsPart {
  private static final String RESPONSES = "openai-responses";
  private static final List<String> APIS =
      Stream.concat(
              Stream.of(ModelProvider.Api.values()).map(ModelProvider.Api::wire),
              Stream.of(RESPONSES))
          .toList();

  @Override
  public String folder() {
    return "agent/models";
  }

  /** What nothing speaks would be asked in the wrong language. */
  @Override
  public void rule(JsonNode document, ArrayNode issues) {
    for (Map.Entry<String, JsonNode> provider : document.at("/models/providers").properties()) {
      String api = provider.getValue().path("api").asText("");
      if (!api.isEmpty() && !APIS.contains(api)) {
        issues
            .addObject()
            .put("path", "models.providers." + provider.getKey() + ".api")
            .put(
                "message", "Invalid option: expected one of \"" + String.join("\"|\"", APIS) + '"');
      }
    }
  }

  @Override
  public void warn(JsonNode document, ArrayNode warnings) {
    for (Map.Entry<String, JsonNode> provider : document.at("/models/providers").properties()) {
      if (provider.getValue().path("api").asText().equals(RESPONSES)) {
        warnings
            .addObject()
            .put("path", "models.providers." + provider.getKey() + ".api")
            .put("message", "is not spoken here; the provider is asked by openai-completions");
      }
    }
  }

  @Override
  public Map<String, Reference> references(JsonNode document) {
    JsonNode providers = document.at("/models/providers");
    return Map.of(
        "model",
        text -> {
          ModelName model = ModelName.of(text, ModelName.BUILT_IN.provider());
          if (model.equals(ModelName.BUILT_IN) || providers.path(model.provider()).isObject()) {
            return "";
          }
          return text.indexOf('/') > 0
              ? "names the provider \""
                  + model.provider()
                  + "\", which is not set up in models.providers"
              : "names no provider: write it as provider/model";
        });
  }
}
