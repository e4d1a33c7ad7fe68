package dev.krabkrab.gateway.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node's own policy lets run, and what becomes of one that is damaged. */
class NodePolicyTest {
  private static final Path LS = Path.of("/usr/bin/ls");
  private static final String HOME = "/home/ann";

  @TempDir Path folder;

  private static String verdict(String file, String agent, Path program, boolean approved) {
    NodePolicy policy = PolicyReader.read(json(file));
    try {
      policy.check(agent, program, approved, HOME);
      return "runs";
    } catch (NodeRefusal refusal) {
      return String.valueOf(refusal.denied());
    }
  }

  private static JsonNode json(String file) {
    return Objects.requireNonNull(Json.tryParse(file.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // security; ask; listed; approved; verdict
        "; ; false; false; approval-required",
        "; ; false; true; runs",
        "; ; true; false; runs",
        "; always; true; false; approval-required",
        "; always; true; true; runs",
        "; off; true; false; runs",
        "; off; false; false; allowlist-miss",
        "; off; false; true; runs",
        "full; ; false; false; runs",
        "full; off; false; false; runs",
        "full; always; false; false; approval-required",
        "deny; ; true; true; security=deny",
        "deny; off; true; false; security=deny"
      })
  void whatRuns(String security, String ask, boolean listed, boolean approved, String expected) {
    ObjectNode file = Json.parseObject("{\"version\":1,\"defaults\":{},\"agents\":{}}");
    Json.putIfPresent((ObjectNode) file.get("defaults"), "security", security);
    Json.putIfPresent((ObjectNode) file.get("defaults"), "ask", ask);
    if (listed) {
      file.withObjectProperty("agents")
          .putObject("*")
          .putArray("allowlist")
          .addObject()
          .put("pattern", "/usr/bin/*");
    }
    assertThat(verdict(Json.text(file), "main", LS, approved)).isEqualTo(expected);
  }

  @Test
  void theAgentItselfCountsBeforeAllAgentsBeforeTheRest() {
    String file =
        "{'version':1,'defaults':{'security':'deny'},'agents':{'*':{'security':'full'},"
            + "'ops':{'security':'allowlist','allowlist':[{'pattern':'/opt/**'}]}}}";
    assertThat(verdict(file, "main", LS, false)).isEqualTo("runs");
    assertThat(verdict(file, "ops", LS, false)).isEqualTo("approval-required");
    assertThat(verdict(file, "ops", Path.of("/opt/a/b/c"), false)).isEqualTo("runs");
    assertThat(verdict(file.replace("'*':{'security':'full'},", ""), "x", LS, true))
        .isEqualTo("security=deny");
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/bin/ls, /usr/bin/ls, true",
    "/usr/bin/*, /usr/bin/x/ls, false",
    "/usr/**, /usr/bin/x/ls, true",
    "/usr/bin/l?, /usr/bin/ls, true",
    "/usr/bin?ls, /usr/bin/ls, false",
    "/usr/bin/l.s, /usr/bin/lxs, false",
    "/usr/bin/LS, /usr/bin/ls, false",
    "~/bin/*, /home/ann/bin/x, true",
    "~/bin/*, /home/bob/bin/x, false",
    "/a(b, /a(b, true",
    "/a++, /aaa, false"
  })
  void patterns(String pattern, String path, boolean fits) {
    assertThat(PathPattern.of(pattern, HOME).matcher(path).matches()).isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[]; file",
        "{}; /version",
        "{'version':2}; /version",
        "{'version':1,'x':1}; /x",
        "{'version':1,'defaults':1}; /defaults",
        "{'version':1,'defaults':{'securty':'deny'}}; /defaults/securty",
        "{'version':1,'defaults':{'security':'ful'}}; /defaults/security",
        "{'version':1,'defaults':{'security':null}}; /defaults/security",
        "{'version':1,'defaults':{'allowlist':[]}}; /defaults/allowlist",
        "{'version':1,'agents':[]}; /agents",
        "{'version':1,'agents':{'default':{}}}; /agents/default",
        "{'version':1,'agents':{'a':{'ask':'never'}}}; /agents/a/ask",
        "{'version':1,'agents':{'a':{'allowlist':{}}}}; /agents/a/allowlist",
        "{'version':1,'agents':{'a':{'allowlist':['/x']}}}; /agents/a/allowlist/0",
        "{'version':1,'agents':{'a':{'allowlist':[{'pattern':'ls'}]}}};"
            + " /agents/a/allowlist/0/pattern",
        "{'version':1,'agents':{'a':{'allowlist':[{'pattern':'/x','y':1}]}}};"
            + " /agents/a/allowlist/0/y"
      })
  void whatIsNotKnownIsRefusedByItsName(String file, String field) {
    assertThatThrownBy(() -> PolicyReader.read(json(file)))
        .isInstanceOf(NodeRefusal.class)
        .hasMessageStartingWith(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no json", "[]", "{\"version\":1,\"defaults\":{\"security\":\"all\"}}"})
  void aDamagedFileAllowsNothingAndIsNamed(String text) {
    PolicyFile file = file(new MemoryStorage(text));
    assertThatThrownBy(file::policy)
        .hasMessageContaining("SYSTEM_RUN_DISABLED")
        .hasMessageContaining(folder.resolve("policy.json").toString());
    assertThat(file.problem()).isPresent();
    assertThatThrownBy(file::get).hasMessageContaining("policy.json");
  }

  @Test
  void aFileThatOthersCanWriteAllowsNothing() throws Exception {
    String text = "{\"version\":1}";
    Path path = Files.writeString(folder.resolve("policy.json"), text);
    PolicyFile file = file(new MemoryStorage(text));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    assertThat(file.problem()).isEmpty();
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    assertThat(file.problem()).hasValueSatisfying(what -> assertThat(what).contains("chmod 600"));
  }

  @Test
  void operatorsChangeWhatTheyReadAndNothingNewer() {
    MemoryStorage storage = new MemoryStorage("");
    PolicyFile file = file(storage);
    ObjectNode first = file.get();
    assertThat(first.path("exists").asBoolean()).isTrue();
    assertThat(first.path("hash").asText()).isEqualTo(PolicyFile.hash(storage.text));

    ObjectNode change = Json.object().put("baseHash", first.path("hash").asText());
    ObjectNode wanted = change.putObject("file").put("version", 1);
    wanted.putObject("socket").put("path", "/x").put("token", "secret");
    wanted
        .putObject("agents")
        .putObject("main")
        .putArray("allowlist")
        .addObject()
        .put("pattern", "/bin/ls");
    ObjectNode second = file.set(change);
    assertThat(second.at("/file/agents/main/allowlist/0/id").asText()).isEqualTo("id-1");
    assertThat(second.toString() + storage.text).doesNotContain("secret");
    assertThatThrownBy(() -> file.set(change))
        .hasMessage("Error: INVALID_REQUEST: exec approvals changed; reload and retry");
    change.remove("baseHash");
    assertThatThrownBy(() -> file.set(change)).hasMessageContaining("base hash required");
    change.put("baseHash", second.path("hash").asText());
    wanted.putObject("defaults").put("security", "everything");
    String before = storage.text;
    assertThatThrownBy(() -> file.set(change)).hasMessageStartingWith("/defaults/security");
    assertThat(storage.text).isEqualTo(before);
  }

  private PolicyFile file(PolicyFile.Storage storage) {
    return new PolicyFile(folder.resolve("policy.json"), storage, () -> "id-1");
  }
}
