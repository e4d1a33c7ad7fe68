package dev.krabkrab.gateway.platform.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SchemaFilesTest {
  private static final Pattern METHOD = Pattern.compile(".*/v[34]/[^/]+\\.json");

  private static final Set<String> KEYWORDS =
      Set.of(
          "$schema",
          "$defs",
          "$ref",
          "title",
          "type",
          "const",
          "anyOf",
          "required",
          "properties",
          "additionalProperties",
          "items",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "minimum",
          "maximum");

  private static final List<String> PROTOCOL_3 =
      List.of(
          """
          agent agent.identity.get agent.wait agents.list channels.logout channels.status
          chat.abort chat.history chat.inject chat.send config.apply config.get config.patch
          config.schema config.set cron.add cron.list cron.remove cron.run cron.runs cron.status
          cron.update device.pair.approve device.pair.list device.pair.reject device.token.revoke
          device.token.rotate exec.approval.request exec.approval.resolve exec.approvals.get
          exec.approvals.node.get exec.approvals.node.set exec.approvals.set logs.tail models.list
          node.describe node.event node.invoke node.invoke.result node.list node.pair.approve
          node.pair.list node.pair.reject node.pair.request node.pair.verify node.rename poll send
          sessions.compact sessions.delete sessions.list sessions.patch sessions.preview
          sessions.reset sessions.resolve skills.bins skills.install skills.status skills.update
          talk.mode update.run wake web.login.start web.login.wait wizard.cancel wizard.next
          wizard.start wizard.status
          """
              .strip()
              .split("\\s+"));

  /** Methods that only this gateway has. */
  private static final List<String> OWN =
      List.of(
          "approval.view",
          "audit.list",
          "channels.pairing.approve",
          "channels.pairing.dismiss",
          "channels.pairing.list",
          "cluster.status",
          "device.bootstrap.create",
          "sessions.export");

  private static final List<String> PROTOCOL_4 =
      List.of(
          "approval.get",
          "approval.history",
          "approval.resolve",
          "chat.startup",
          "cron.list",
          "cron.runs",
          "device.pair.approve",
          "device.pair.remove",
          "device.pair.rename",
          "exec.approval.get",
          "exec.approval.grants.list",
          "exec.approval.grants.revoke",
          "exec.approval.list",
          "exec.approval.request",
          "exec.approval.resolve",
          "exec.approval.rulePreview",
          "exec.approval.waitDecision",
          "models.authStatus",
          "node.invoke",
          "node.pair.remove",
          "node.pluginTools.update",
          "node.runnerInventory.update",
          "node.skills.update",
          "sessions.describe",
          "sessions.messages.subscribe",
          "sessions.messages.unsubscribe",
          "sessions.subscribe");

  @Test
  void theFilesAreThoseOfTheMethodList() throws Exception {
    assertThat(files("v3"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(PROTOCOL_3, OWN, List.of("_connect", "_request-frame"))
                .flatMap(List::stream)
                .toList());
    assertThat(files("v4"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(PROTOCOL_4.stream(), Stream.of("_connect")).toList());
  }

  @Test
  void theIndexNamesEveryFile() throws Exception {
    assertThat(SchemaFiles.index())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(entries());
    assertThat(SchemaFiles.index().stream().map(SchemaFiles::key)).doesNotHaveDuplicates();
  }

  @Test
  void everyFileIsInTheFolderOfAPackage() throws Exception {
    for (var entry : entries()) {
      var folder = entry.substring(0, entry.length() - SchemaFiles.key(entry).length() - 1);
      assertThat(Path.of("src/main/java/dev/krabkrab/gateway", folder)).as(entry).isDirectory();
    }
  }

  @Test
  void onlyKeywordsWithATextAreUsed() throws Exception {
    eachSchema(
        schema -> schema.fieldNames().forEachRemaining(key -> assertThat(KEYWORDS).contains(key)));
  }

  @Test
  void protocol3ObjectsAreClosed() throws Exception {
    for (var name : files("v3")) {
      visit(
          document("v3", name),
          schema -> {
            if (schema.path("type").asText().equals("object")) {
              assertThat(schema.has("additionalProperties")).as(name).isTrue();
            }
          });
    }
  }

  @Test
  void requiredPropertiesAreDeclared() throws Exception {
    eachSchema(
        schema ->
            schema
                .path("required")
                .forEach(
                    name ->
                        assertThat(schema.path("properties").has(name.asText()))
                            .as(name.asText())
                            .isTrue()));
  }

  private static void eachSchema(Consumer<JsonNode> check) throws Exception {
    for (var version : List.of("v3", "v4")) {
      for (var name : files(version)) {
        visit(document(version, name), check);
      }
    }
  }

  private static void visit(JsonNode schema, Consumer<JsonNode> check) {
    if (schema.isObject()) {
      check.accept(schema);
      schema.path("properties").forEach(nested -> visit(nested, check));
      schema.path("$defs").forEach(nested -> visit(nested, check));
      schema.path("anyOf").forEach(nested -> visit(nested, check));
      visit(schema.path("items"), check);
      visit(schema.path("additionalProperties"), check);
    }
  }

  private static JsonNode document(String version, String name) throws Exception {
    var key = version + "/" + name;
    var entry =
        entries().stream()
            .filter(one -> SchemaFiles.key(one).equals(key))
            .findFirst()
            .orElseThrow();
    return new ObjectMapper().readTree(root().resolve(entry + ".json").toFile());
  }

  private static List<String> files(String version) throws IOException, URISyntaxException {
    return entries().stream()
        .map(SchemaFiles::key)
        .filter(key -> key.startsWith(version + "/"))
        .map(key -> key.substring(version.length() + 1))
        .toList();
  }

  /** The schemas of methods that are there, as the index names them. */
  private static List<String> entries() throws IOException, URISyntaxException {
    var root = root();
    try (var files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString().replace(File.separatorChar, '/'))
          .filter(file -> METHOD.matcher(file).matches())
          .map(file -> file.substring(0, file.length() - ".json".length()))
          .toList();
    }
  }

  private static Path root() throws URISyntaxException {
    var index = SchemaFilesTest.class.getResource("/schema/index.txt");
    assertThat(index).isNotNull();
    return Path.of(index.toURI()).getParent();
  }

  @Test
  void everySchemaCompiles() {
    var files = SchemaFiles.read();
    assertThat(files.closed()).isNotEmpty();
    for (var contracts : List.of(files.closed(), files.open())) {
      contracts.forEach((name, contract) -> assertThat(contract.compiled()).as(name).isNotNull());
    }
  }
}
