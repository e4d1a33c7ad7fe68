package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.HttpDouble;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of models as OpenAI's is one, over real HTTP. The name of a model says how it behaves:
 * {@code words-5-20} streams five words, one each 20 ms; {@code busy-2} refuses twice with 429 and
 * then says a word; {@code wrong} answers 400; {@code broken} ends in the middle of its answer;
 * {@code torn} says something and ends without an end; {@code failing-2} tells of an error within a
 * good stream twice and then says a word; {@code limited-2} wants to be left alone for two seconds
 * once; {@code tight-2000} and {@code close-2000} take about so many tokens, which only the latter
 * says; {@code unsummed-5-20} speaks words but no summaries; {@code asked} reads from the user's
 * last words how many words, and how fast, as {@code 5-20}; {@code huge-100} says 100 KB; {@code
 * tool-exec} calls that tool with the last words of the user as arguments, then tells what came of
 * it.
 */
public final class ModelServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final List<ObjectNode> requests = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final Set<HttpServerResponse> streaming = ConcurrentHashMap.newKeySet();

  public ModelServer() {
    server = HttpDouble.listen(vertx, this::answer);
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort() + "/v1";
  }

  /** A provider {@code test} for a gateway document, and a model of it for all agents. */
  public String document(String model) {
    return document(model, 300);
  }

  /** The same with so many runs at once on an instance. */
  public String document(String model, int atOnce) {
    return "models:{providers:{test:{baseUrl:'"
        + url()
        + "',apiKey:'sk-test',models:[{id:'"
        + model
        + "',cost:{input:1000,output:2000}}]}}},agents:{defaults:{maxConcurrent:"
        + atOnce
        + ",model:{primary:'test/"
        + model
        + "',fallbacks:['test/words-1-1']}}}";
  }

  /** What was asked, as it was sent. */
  public List<ObjectNode> requests() {
    return requests;
  }

  /** With which key, each time. */
  public List<String> keys() {
    return keys;
  }

  /** Answers on their way whose reader is still there. */
  public int streaming() {
    return streaming.size();
  }

  private void answer(HttpServerRequest request, Buffer body) {
    ObjectNode asking = Json.parseObject(body.toString());
    requests.add(asking);
    keys.add(String.valueOf(request.getHeader("Authorization")));
    String model = asking.path("model").asText();
    String[] parts = model.split("-");
    int time = asked.computeIfAbsent(model, first -> new AtomicInteger()).incrementAndGet();
    HttpServerResponse response = request.response();
    switch (parts[0]) {
      case "words" -> words(response, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      case "unsummed" -> {
        if (asking.at("/messages/0/content").asText().startsWith("Summarise")) {
          error(response, 400, "no summary");
        } else {
          words(response, Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
        }
      }
      case "asked" -> {
        String[] wanted = lastWords(asking).split("-");
        words(response, Integer.parseInt(wanted[0]), Integer.parseInt(wanted[1]));
      }
      case "busy" -> {
        if (time <= Integer.parseInt(parts[1])) {
          error(response, 429, "too many requests");
        } else {
          words(response, 1, 1);
        }
      }
      case "limited" -> {
        if (time == 1) {
          response.putHeader("retry-after", parts[1]);
          error(response, 429, "too many requests");
        } else {
          words(response, 1, 1);
        }
      }
      case "failing" -> {
        if (time <= Integer.parseInt(parts[1])) {
          begin(response);
          response.write("data: {\"error\":{\"message\":\"mock outage\",\"code\":429}}\n\n");
          response.end("data: [DONE]\n\n");
        } else {
          words(response, 1, 1);
        }
      }
      case "torn" -> {
        begin(response);
        piece(response, "half an ");
        response.end();
      }
      case "tight", "close" -> {
        int takes = Integer.parseInt(parts[1]);
        int tokens = Json.text(asking.path("messages")).length() / 4;
        if (tokens <= takes) {
          words(response, 2, 1);
        } else if (parts[0].equals("tight")) {
          error(response, 400, "Context size has been exceeded.");
        } else {
          error(
              response,
              400,
              "This model's maximum context length is "
                  + takes
                  + " tokens. However, you requested "
                  + tokens
                  + " tokens.");
        }
      }
      case "wrong" -> error(response, 400, "mock failure");
      case "broken" -> {
        begin(response);
        piece(response, "half an ");
        vertx.setTimer(50, due -> request.connection().close());
      }
      case "huge" -> {
        begin(response);
        int left = Integer.parseInt(parts[1]);
        for (int i = 0; i < left; i++) {
          piece(response, "x".repeat(1_023) + " ");
        }
        finish(response, 5, left * 256);
      }
      case "tool" -> tool(response, asking, parts[1]);
      default -> error(response, 404, "no model " + model);
    }
  }

  private static void error(HttpServerResponse response, int status, String message) {
    ObjectNode body = Json.object();
    body.putObject("error").put("message", message).put("type", "test");
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(Json.text(body));
  }

  private void begin(HttpServerResponse response) {
    response.setChunked(true).putHeader("content-type", "text/event-stream");
    streaming.add(response);
    response.closeHandler(gone -> streaming.remove(response));
    response.endHandler(done -> streaming.remove(response));
  }

  private void words(HttpServerResponse response, int count, int everyMs) {
    begin(response);
    int[] said = {0};
    vertx.setPeriodic(
        Math.max(1, everyMs),
        timer -> {
          if (response.closed()) {
            vertx.cancelTimer(timer);
          } else if (said[0] == count) {
            vertx.cancelTimer(timer);
            finish(response, 10, count);
          } else {
            piece(response, "w" + said[0]++ + " ");
          }
        });
  }

  private void tool(HttpServerResponse response, ObjectNode asking, String name) {
    JsonNode messages = asking.path("messages");
    JsonNode last = messages.path(messages.size() - 1);
    // What a tool shows comes behind its result.
    if (last.path("role").asText().equals("user")
        && messages.path(messages.size() - 2).path("role").asText().equals("tool")) {
      last = messages.path(messages.size() - 2);
    }
    begin(response);
    if (last.path("role").asText().equals("tool")) {
      piece(response, "it said: " + last.path("content").asText());
      finish(response, 20, 5);
      return;
    }
    String words = lastWords(asking);
    ObjectNode delta = Json.object().put("role", "assistant");
    delta
        .putArray("tool_calls")
        .addObject()
        .put("index", 0)
        .put("id", "call_1")
        .put("type", "function")
        .putObject("function")
        .put("name", name)
        .put("arguments", words);
    chunk(response, delta, null);
    chunk(response, Json.object(), "tool_calls");
    usage(response, 10, 5);
  }

  private static String lastWords(ObjectNode asking) {
    JsonNode messages = asking.path("messages");
    JsonNode content = messages.path(messages.size() - 1).path("content");
    String text = content.isTextual() ? content.asText() : content.path(0).path("text").asText();
    // A heartbeat tells what has happened behind its prompt.
    int event = text.lastIndexOf("\n\nSystem: {");
    return event < 0 ? text : text.substring(text.indexOf('{', event));
  }

  private static void piece(HttpServerResponse response, String text) {
    chunk(response, Json.object().put("content", text), null);
  }

  private static void chunk(HttpServerResponse response, ObjectNode delta, String reason) {
    ObjectNode chunk = Json.object().put("id", "c1").put("object", "chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    response.write("data: " + Json.text(chunk) + "\n\n");
  }

  private static void finish(HttpServerResponse response, int input, int output) {
    chunk(response, Json.object(), "stop");
    usage(response, input, output);
  }

  private static void usage(HttpServerResponse response, int input, int output) {
    ObjectNode chunk = Json.object().put("id", "c1").put("object", "chat.completion.chunk");
    chunk.putArray("choices");
    chunk
        .putObject("usage")
        .put("prompt_tokens", input)
        .put("completion_tokens", output)
        .put("total_tokens", input + output);
    response.write("data: " + Json.text(chunk) + "\n\n");
    response.end("data: [DONE]\n\n");
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
