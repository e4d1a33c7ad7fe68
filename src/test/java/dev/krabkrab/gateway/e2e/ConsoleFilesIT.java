package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every instance serves the operator console, as the gateway document says. */
class ConsoleFilesIT extends TwoInstances {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self' ws: wss:; font-src 'self'; form-action 'none';"
          + " base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void asAtFirst() {
    patch("null");
    await().untilAsserted(() -> assertServed(""));
  }

  @Test
  void theRootLeadsToTheConsoleOnEveryInstance() {
    assertServed("");
    for (int i = 0; i < 2; i++) {
      assertThat(status(i, "/nosuch")).isEqualTo(404);
      assertThat(status(i, "/console/nosuch")).isEqualTo(404);
      assertThat(status(i, "/console/a/app.0000000000000000.js")).isEqualTo(404);
      assertThat(status(i, "/console/a/../index.html")).isEqualTo(404);
      assertThat(status(i, "/approve/")).isEqualTo(404);
      assertThat(status(i, "/approve/a/b")).isEqualTo(404);
      assertThat(get(i, "/console").headers().firstValue("location")).hasValue("/console/");
    }
  }

  @Test
  void theDocumentIsArmoured() {
    HttpResponse<byte[]> page = get(0, "/console/");

    assertThat(page.headers().allValues("content-security-policy")).containsExactly(POLICY);
    assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("referrer-policy")).hasValue("no-referrer");
    assertThat(page.headers().firstValue("cross-origin-opener-policy")).hasValue("same-origin");
    assertThat(page.headers().firstValue("x-frame-options")).hasValue("DENY");
    assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
  }

  @Test
  void everyFileOfOneInstanceIsTheSameOnTheOther() {
    List<String> files = files(text(get(0, "/console/")));

    assertThat(files).hasSizeGreaterThan(2);
    assertThat(files(text(get(1, "/approve/8a1c9e")))).isEqualTo(files);
    for (String file : files) {
      HttpResponse<byte[]> served = get(1, file);
      assertThat(served.statusCode()).as(file).isEqualTo(200);
      assertThat(served.body()).as(file).isEqualTo(get(0, file).body());
      assertThat(served.headers().firstValue("cache-control"))
          .hasValue("public, max-age=31536000, immutable");
    }
  }

  @Test
  void whatABrowserHasIsNotSentAgain() {
    for (String path : List.of("/console/", files(text(get(0, "/console/"))).getFirst())) {
      String tag = get(0, path).headers().firstValue("etag").orElseThrow();
      HttpResponse<byte[]> again = get(1, path, "If-None-Match", "\"other\", W/" + tag);
      assertThat(again.statusCode()).as(path).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.headers().firstValue("etag")).hasValue(tag);
      assertThat(get(1, path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }
    assertThat(get(0, "/console/").headers().firstValue("cache-control")).hasValue("no-cache");
  }

  @Test
  void filesArePackedForWhoUnpacksThem() throws IOException {
    String file = files(text(get(0, "/console/"))).getFirst();
    HttpResponse<byte[]> packed = get(0, file, "Accept-Encoding", "br, gzip");

    assertThat(packed.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(packed.headers().firstValue("vary")).hasValue("accept-encoding");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(get(0, file).body());
    }
    assertThat(get(0, file, "Accept-Encoding", "gzip;q=0").headers().firstValue("content-encoding"))
        .isEmpty();
    String tag = packed.headers().firstValue("etag").orElseThrow();
    assertThat(get(0, file, "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console/", "/approve/x", "/console/config.json"})
  void onlyReadingIsPossible(String path) {
    HttpResponse<byte[]> head = send(0, path, "HEAD");
    assertThat(head.statusCode()).isEqualTo(get(0, path).statusCode());
    assertThat(head.headers().firstValue("etag"))
        .isEqualTo(get(0, path).headers().firstValue("etag"));
    assertThat(head.body()).isEmpty();
    HttpResponse<byte[]> posted = send(0, path, "POST");
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("allow")).hasValue("GET, HEAD");
  }

  @Test
  void whatThePageHasToKnowIsNoSecret() {
    HttpResponse<byte[]> facts = get(0, "/console/config.json");

    assertThat(facts.headers().firstValue("cache-control")).hasValue("no-store");
    JsonNode read = Json.parseObject(text(facts));
    assertThat(read.path("auth").asText()).isEqualTo("token");
    assertThat(read.path("minProtocol").asInt()).isEqualTo(3);
    assertThat(read.path("maxProtocol").asInt()).isEqualTo(4);
    assertThat(text(facts)).doesNotContain(Cluster.TOKEN);
  }

  @Test
  void switchedOffItIsGoneEverywhere() {
    patch("{enabled:false}");

    await()
        .untilAsserted(
            () -> {
              for (int i = 0; i < 2; i++) {
                for (String path :
                    List.of("/", "/console", "/console/", "/approve/x", "/console/config.json")) {
                  HttpResponse<byte[]> gone = get(i, path);
                  assertThat(gone.statusCode()).as(path).isEqualTo(404);
                  assertThat(text(gone)).isEqualTo("Not Found");
                }
              }
            });
  }

  @Test
  void theBasePathIsObeyedEverywhere() {
    patch("{basePath:'/team/gw/'}");

    await().untilAsserted(() -> assertServed("/team/gw"));
    for (int i = 0; i < 2; i++) {
      assertThat(status(i, "/")).isEqualTo(404);
      assertThat(status(i, "/console/")).isEqualTo(404);
      for (String file : files(text(get(i, "/team/gw/approve/x")))) {
        assertThat(file).startsWith("/team/gw/console/a/");
        assertThat(status(1 - i, file)).isEqualTo(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../x", "/a//b", "/a b", "/<script>", "//evil.example", "/a\\\\\"b"})
  void aBasePathThatIsNoneIsRefused(String path) {
    ObjectNode change = Json.object().put("baseHash", hash());
    ObjectNode raw = Json.object();
    raw.putObject("gateway").putObject("controlUi").put("basePath", path);
    change.put("raw", Json.text(raw));

    assertThat(Json.text(a.call("config.patch", Json.text(change))))
        .contains("gateway.controlUi.basePath");
  }

  private void assertServed(String base) {
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> root = get(i, base + "/", "Accept", "text/html");
      assertThat(root.statusCode()).isEqualTo(302);
      assertThat(root.headers().firstValue("location")).hasValue(base + "/console/");
      assertThat(status(i, base + "/console/")).isEqualTo(200);
      assertThat(status(i, base + "/approve/8a1c9e")).isEqualTo(200);
    }
  }

  private void patch(String controlUi) {
    ObjectNode change = Json.object().put("baseHash", hash());
    change.put("raw", "{gateway:{controlUi:" + controlUi + "}}");
    a.ok("config.patch", Json.text(change));
  }

  private String hash() {
    return a.ok("config.get", "{}").path("hash").asText();
  }

  private static List<String> files(String page) {
    return Pattern.compile("(?:src|href)=\"(/[^\"]+)\"")
        .matcher(page)
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private int status(int instance, String path) {
    return get(instance, path).statusCode();
  }

  private HttpResponse<byte[]> get(int instance, String path, String... headers) {
    return send(instance, path, "GET", headers);
  }

  private HttpResponse<byte[]> send(int instance, String path, String method, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(cluster.port(instance), path)))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
