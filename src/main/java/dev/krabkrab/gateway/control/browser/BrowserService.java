package dev.krabkrab.gateway.control.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.control.nodes.ConnectedNode;
import dev.krabkrab.gateway.control.nodes.NodeAskService;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Hands requests to the browser of a node, wherever it is connected. Files in the answer are kept
 * where every instance serves them. Safe from any thread. Protocol 03 §27.
 */
public final class BrowserService {
  private static final String FAILED = "browser proxy failed";

  /** How long a file of an answer is kept. */
  private static final long FILES_MS = 15 * 60_000;

  private static final int MOST_FILES = 16;

  private final NodeAskService nodes;
  private final BrowserFiles files;
  private final Supplier<BrowserSettings> settings;
  private final Ids ids;

  public BrowserService(
      NodeAskService nodes, BrowserFiles files, Supplier<BrowserSettings> settings, Ids ids) {
    this.nodes = nodes;
    this.files = files;
    this.settings = settings;
    this.ids = ids;
  }

  /** The payload of {@code browser.request}: what the browser's route answers. */
  Future<JsonText> request(Call call, BrowserRequest request) {
    return nodes
        .connected()
        .compose(
            connected -> {
              ConnectedNode node =
                  BrowserNodes.choose(settings.get(), connected)
                      .orElseThrow(() -> GatewayError.unavailable("browser control is disabled"));
              return nodes.ask(
                  call,
                  node.nodeId(),
                  BrowserNodes.COMMAND,
                  request.toJson(),
                  request.timeoutMs(),
                  ids.uuid());
            })
        .compose(this::answer);
  }

  private Future<JsonText> answer(Optional<JsonNode> payload) {
    if (payload.isEmpty() || !payload.get().has("result")) {
      return Future.failedFuture(GatewayError.unavailable(FAILED));
    }
    JsonNode result = payload.get().get("result");
    return keep(payload.get().path("files"))
        .map(
            kept -> {
              if (result instanceof ObjectNode object) {
                rename(object, "path", kept);
                rename(object, "imagePath", kept);
                if (object.get("download") instanceof ObjectNode download) {
                  rename(download, "path", kept);
                }
              }
              return JsonText.of(result);
            });
  }

  /** Keeps what the node sent along; the new names by those the node gave. */
  private Future<Map<String, String>> keep(JsonNode files) {
    List<Future<String>> kept = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonNode file : files) {
      String name = Json.textOrNull(file, "path");
      String content = Json.textOrNull(file, "base64");
      if (name != null && content != null && names.size() < MOST_FILES) {
        names.add(name);
        kept.add(keep(name, content, file.path("mimeType").asText("application/octet-stream")));
      }
    }
    return Future.all(kept)
        .map(
            all -> {
              Map<String, String> paths = new HashMap<>();
              for (int i = 0; i < names.size(); i++) {
                paths.put(names.get(i), all.resultAt(i));
              }
              return paths;
            });
  }

  private Future<String> keep(String name, String base64, String type) {
    try {
      Buffer content = Buffer.buffer(Base64.getDecoder().decode(base64));
      String safe = type.matches("[\\w.+-]+/[\\w.+-]+") ? type : "application/octet-stream";
      return files.keep(safe, content, extension(name), FILES_MS);
    } catch (IllegalArgumentException broken) {
      return Future.failedFuture(GatewayError.unavailable(FAILED));
    }
  }

  private static String extension(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return last.matches("[a-z0-9]{1,8}") ? last : "bin";
  }

  private static void rename(ObjectNode object, String field, Map<String, String> kept) {
    String path = kept.get(object.path(field).asText(""));
    if (path != null) {
      object.put(field, path);
    }
  }
}
