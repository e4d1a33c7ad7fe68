package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.media.Pdfs;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pictures, files and PDFs that a request names or brings, from real servers. Protocol 04 §20, §21.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputFilesIT {
  private static final String LONG = "A line of text that goes on for a while. ".repeat(10);
  private static final int MEGABYTE = 1024 * 1024;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private HttpServer files;
  private HttpServer inside;
  private ModelServer models;
  private Cluster cluster;

  @BeforeAll
  void start() {
    files = vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1").await();
    inside = vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1").await();
    models = new ModelServer();
    cluster =
        Cluster.of(
            2,
            "{gateway:{auth:{token:'"
                + Cluster.TOKEN
                + "'},http:{endpoints:{chatCompletions:{enabled:true},responses:{enabled:true}}}},"
                + "tools:{httpFetch:{allow:['http://127.0.0.1:"
                + files.actualPort()
                + "']}},"
                + models.document("words-3-20")
                + "}");
  }

  @AfterAll
  void stop() {
    http.close();
    cluster.close();
    models.close();
    vertx.close().await();
  }

  private void serve(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    switch (request.path()) {
      case "/a.png" -> of(response, "image/png; x=y").end("picture");
      case "/a.tiff" -> of(response, "image/tiff").end("picture");
      case "/table.csv" -> of(response, "text/csv; charset=utf-8").end("a,b");
      case "/text.pdf" -> of(response, "application/pdf").end(Buffer.buffer(Pdfs.ofText(LONG)));
      case "/announced" ->
          of(response, "image/png").putHeader("content-length", "11000000").write("x");
      case "/endless" -> endless(of(response, "image/png").setChunked(true));
      case "/drip" -> {
        of(response, "image/png").setChunked(true).write("x");
        vertx.setPeriodic(
            200, timer -> response.write("x").onFailure(gone -> vertx.cancelTimer(timer)));
      }
      case "/half" ->
          of(response, "image/png")
              .putHeader("content-length", "100")
              .write("x")
              .onSuccess(sent -> request.connection().close());
      case "/round" -> redirect(response, "/round");
      case "/twice" -> redirect(response, "/once");
      case "/once" -> redirect(response, "/a.png");
      case "/inside" -> redirect(response, "http://127.0.0.1:" + inside.actualPort() + "/a.png");
      case "/meta" -> redirect(response, "http://169.254.169.254/latest");
      case "/file" -> redirect(response, "file:///etc/passwd");
      default -> response.setStatusCode(404).end();
    }
  }

  private static HttpServerResponse of(HttpServerResponse response, String type) {
    return response.putHeader("content-type", type);
  }

  private static void redirect(HttpServerResponse response, String to) {
    response.setStatusCode(302).putHeader("location", to).end();
  }

  private static void endless(HttpServerResponse response) {
    response.write(Buffer.buffer(new byte[MEGABYTE / 2])).onSuccess(sent -> endless(response));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + files.actualPort() + path;
  }

  private HttpResponse<String> post(int instance, String path, JsonNode body) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + cluster.port(instance) + path))
              .header("Authorization", "Bearer " + Cluster.TOKEN)
              .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> respond(int instance, List<String> parts) {
    ObjectNode body = Json.object().put("model", "openclaw");
    var content = body.putArray("input").addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "input_text").put("text", "look");
    parts.forEach(part -> content.add(Json.parseObject(part)));
    return post(instance, "/v1/responses", body);
  }

  /** What the model was asked last. */
  private String asked(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.text(models.requests().getLast().path("messages"));
  }

  private static String error(HttpResponse<String> response) {
    JsonNode json = Objects.requireNonNull(Json.tryParse(response.body()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json.at("/error/type").asText()).isEqualTo("invalid_request_error");
    return json.at("/error/message").asText();
  }

  private static String pdf(byte[] pdf) {
    return Json.text(
        Json.object()
            .put("type", "input_file")
            .put("filename", "it.pdf")
            .put(
                "file_data",
                "data:application/pdf;base64," + Base64.getEncoder().encodeToString(pdf)));
  }

  /** Both as the protocol writes them and as OpenAI's clients do. */
  @Test
  void whatAUrlLeadsToReachesTheModel() {
    String picture = Base64.getEncoder().encodeToString("picture".getBytes());
    String pictures =
        asked(
            respond(
                0,
                List.of(
                    "{\"type\":\"input_image\",\"image_url\":\"" + url("/twice") + "\"}",
                    "{\"type\":\"input_image\",\"source\":{\"type\":\"url\",\"url\":\""
                        + url("/a.png")
                        + "\"}}")));
    assertThat(pictures.split("data:image/png;base64," + picture, -1)).hasSize(3);
    assertThat(
            asked(
                respond(
                    1,
                    List.of(
                        "{\"type\":\"input_file\",\"file_url\":\"" + url("/table.csv?x=y") + "\"}",
                        "{\"type\":\"input_file\",\"source\":{\"type\":\"url\",\"url\":\""
                            + url("/text.pdf")
                            + "\"}}"))))
        .contains("<file name=\\\"table.csv\\\">\\na,b\\n</file>")
        .contains("<file name=\\\"text.pdf\\\">\\nA line of text");
  }

  @Test
  void chatsTakePicturesByUrlToo() {
    ObjectNode body = Json.object();
    var content = body.putArray("messages").addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "text").put("text", "look");
    content.addObject().put("type", "image_url").putObject("image_url").put("url", url("/a.png"));
    assertThat(asked(post(1, "/v1/chat/completions", body)))
        .contains("data:image/png;base64,", "look");
    ((ObjectNode) content.path(1).path("image_url")).put("url", url("/inside"));
    assertThat(error(post(1, "/v1/chat/completions", body)))
        .startsWith("Error: 127.0.0.1 is in a private network");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a.tiff | Unsupported image MIME type: image/tiff",
        "/round | Too many redirects (limit: 3)",
        "/announced | Image too large: 11000000 bytes (limit: 10485760 bytes)",
        "/endless | Image too large: 10485761 bytes (limit: 10485760 bytes)",
        "/half | the answer broke off",
        "/gone | the server answered with status 404",
        "/inside | 127.0.0.1 is in a private network; tools.httpFetch.allow has to name the"
            + " address itself",
        "/meta | 169.254.169.254 is in a private network; tools.httpFetch.allow has to name the"
            + " address itself",
        "/file | it redirects to something that is no address",
        "/drip | no answer within 10000 ms",
      })
  void whatIsNotFetched(String path, String message) {
    String part = "{\"type\":\"input_image\",\"image_url\":\"" + url(path) + "\"}";
    assertThat(error(respond(0, List.of(part)))).isEqualTo("Error: " + message);
  }

  @Test
  void thereAreSoManyAtMost() {
    String part = "{\"type\":\"input_image\",\"image_url\":\"" + url("/a.png") + "\"}";
    assertThat(asked(respond(0, Collections.nCopies(8, part)))).contains("image/png");
    assertThat(error(respond(0, Collections.nCopies(9, part))))
        .isEqualTo("Error: at most 8 URLs and PDFs are taken at once");
  }

  @Test
  void aPdfIsReadAsTextOrSeenAsPictures() {
    assertThat(asked(respond(0, List.of(pdf(Pdfs.ofText(LONG, "2", "3", "4", "5"))))))
        .contains("<file name=\\\"it.pdf\\\">\\nA line of text")
        .contains("[pages 1 to 4 of 5]")
        .doesNotContain("image_url");
    assertThat(asked(respond(1, List.of(pdf(Pdfs.scanned(2))))))
        .contains("[its pages are pictures]", "data:image/jpeg;base64,/9j/");
  }

  @Test
  void aPdfThatCannotBeReadIsRefused() {
    assertThat(error(respond(0, List.of(pdf(Pdfs.encrypted())))))
        .isEqualTo("Error: the PDF is encrypted; send it without a password");
    assertThat(error(respond(0, List.of(pdf(new byte[5 * MEGABYTE + 1])))))
        .isEqualTo("Error: File too large: 5242881 bytes (limit: 5242880 bytes)");
    assertThat(error(respond(0, List.of(pdf(Pdfs.bomb(1))))))
        .matches(
            "Error: the PDF takes (too much memory|more than 10000 ms) to read;"
                + " send a simpler one, or its text");
    assertThat(asked(respond(0, List.of(pdf(Pdfs.ofText(LONG)))))).contains("A line");
  }
}
