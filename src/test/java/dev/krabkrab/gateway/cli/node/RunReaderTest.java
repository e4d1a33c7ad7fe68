package dev.krabkrab.gateway.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node takes for a command, and which field it names when it does not. */
class RunReaderTest {
  @TempDir Path home;

  private RunReader reader;

  @BeforeEach
  void make() throws Exception {
    Path bin = Files.createDirectory(home.resolve("bin"));
    for (String name : List.of("tool", "sh", "odd name")) {
      Files.writeString(bin.resolve(name), "#!/bin/true\n").toFile().setExecutable(true);
    }
    Files.writeString(bin.resolve("data"), "x");
    reader =
        new RunReader(
            new RunEnvironment(Map.of("PATH", "/bin"), Set.of("API_URL")),
            new Programs(bin + ":relative:"),
            home);
  }

  private RunRequest read(String params) {
    return reader.read(Json.parseObject(params.replace('\'', '"').replace("$H", home.toString())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; command",
        "{'command':'tool x'}; command",
        "{'command':[]}; command",
        "{'command':['tool',1]}; command/1",
        "{'command':['']}; command/0",
        "{'command':['tool','a\\u0000b']}; command/1",
        "{'command':['tool','\\ud800']}; command/1",
        "{'command':['nosuch']}; command/0",
        "{'command':['data']}; command/0",
        "{'command':['./tool']}; command/0",
        "{'command':['tool','a b'],'rawCommand':'tool a b'}; rawCommand",
        "{'command':['tool'],'rawCommand':'other'}; rawCommand",
        "{'command':['tool'],'rawCommand':'FOO=1 tool'}; rawCommand",
        "{'command':['tool'],'rawCommand':7}; rawCommand",
        "{'command':['tool'],'cwd':'relative'}; cwd",
        "{'command':['tool'],'cwd':'/no/such/folder'}; cwd",
        "{'command':['tool'],'cwd':'$H/bin/data'}; cwd",
        "{'command':['tool'],'cwd':7}; cwd",
        "{'command':['tool'],'timeoutMs':0}; timeoutMs",
        "{'command':['tool'],'timeoutMs':3600001}; timeoutMs",
        "{'command':['tool'],'timeoutMs':1.5}; timeoutMs",
        "{'command':['tool'],'timeoutMs':'9'}; timeoutMs",
        "{'command':['tool'],'env':[]}; env",
        "{'command':['tool'],'env':{'API_URL':1}}; env/API_URL",
        "{'command':['tool'],'env':{'API_URL':'a\\u0000'}}; env/API_URL",
        "{'command':['tool'],'env':{'a\\u202eb':'x'}}; env/a\\u202eb",
        "{'command':['tool'],'agentId':[]}; agentId",
        "{'command':['tool'],'systemRunPlan':'x'}; systemRunPlan",
        "{'command':['tool'],'systemRunPlan':{}}; systemRunPlan/argv",
        "{'command':['tool'],'systemRunPlan':{'argv':['other']}}; systemRunPlan/argv",
        "{'command':['tool'],'systemRunPlan':{'argv':['tool'],'cwd':'/tmp'}}; systemRunPlan/cwd",
        "{'command':['tool'],'systemRunPlan':{'argv':['tool'],'agentId':'x'}};"
            + " systemRunPlan/agentId"
      })
  void whatIsNoCommandIsRefusedByItsField(String params, String field) {
    assertThatThrownBy(() -> read(params))
        .isInstanceOfSatisfying(
            NodeRefusal.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo("INVALID_REQUEST");
              assertThat(refusal.text()).startsWith(field + ":");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "ld_preload",
        "DYLD_INSERT_LIBRARIES",
        "NODE_OPTIONS",
        "PYTHONPATH",
        "PERL5OPT",
        "RUBYOPT",
        "BASH_ENV",
        "ENV",
        "IFS",
        "PATH",
        "Path",
        "HOME",
        "GIT_SSH_COMMAND",
        "JAVA_TOOL_OPTIONS",
        "BASH_FUNC_x%%",
        "EDITOR",
        "PAGER",
        "SHELLOPTS",
        "KRABKRAB_GATEWAY_TOKEN",
        "SOMETHING_ELSE",
        "A=B",
        ""
      })
  void noCallerSetsThese(String name) {
    ObjectNode params = Json.parseObject("{\"command\":[\"tool\"]}");
    params.putObject("env").put(name, "x");
    assertThatThrownBy(() -> reader.read(params)).hasMessageStartingWith("env/");
    if (!name.equals("SOMETHING_ELSE")) {
      assertThatThrownBy(() -> new RunEnvironment(Map.of(), Set.of(name)))
          .isInstanceOf(NodeRefusal.class);
    }
  }

  @Test
  void aCommandHasTheNodesOwnVariablesWithoutTheGatewaysSecrets() {
    RunEnvironment environment =
        new RunEnvironment(
            Map.of(
                "KRABKRAB_GATEWAY_TOKEN",
                "s1",
                "OPENCLAW_GATEWAY_TOKEN",
                "s2",
                "LANG",
                "C",
                "X",
                "1"),
            Set.of("API_URL"));
    RunRequest run = read("{'command':['tool'],'env':{'LC_ALL':'de','LANG':'fr','API_URL':'u'}}");
    assertThat(environment.with(run.env()))
        .isEqualTo(Map.of("LANG", "fr", "LC_ALL", "de", "API_URL", "u", "X", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'x':1; false",
        "'approved':true; true",
        "'approvalDecision':'allow-once'; true",
        "'approvalDecision':'allow-always'; true",
        "'approved':true,'approvalDecision':'allow-once'; true",
        "'approved':false,'approvalDecision':'allow-once'; false",
        "'approved':true,'approvalDecision':'deny'; false",
        "'approved':'true'; false",
        "'approved':1; false",
        "'approvalDecision':['allow-once']; false",
        "'approved':'no','approvalDecision':'allow-once'; false"
      })
  void itIsApprovedOnlyWhereNothingContradicts(String fields, boolean approved) {
    assertThat(read("{'command':['tool']," + fields + "}").approved()).isEqualTo(approved);
  }

  @Test
  void aProgramIsFoundByItsFullPathWithoutLinksInItsFolder() throws Exception {
    Files.createSymbolicLink(home.resolve("link"), home.resolve("bin"));
    Path real = home.toRealPath().resolve("bin");
    assertThat(read("{'command':['$H/link/tool']}").program()).isEqualTo(real.resolve("tool"));
    assertThat(read("{'command':['../bin/tool'],'cwd':'$H/bin'}").program())
        .isEqualTo(real.resolve("tool"));
    assertThat(read("{'command':['tool']}").cwd()).isEqualTo(home);
  }

  @Test
  void aPlanPinsTheScriptThatItNames() throws Exception {
    Path script = Files.writeString(home.resolve("deploy.sh"), "echo one\n");
    ObjectNode params = Json.object();
    params.putArray("command").add("sh").add("deploy.sh").add("now");
    params.put("cwd", home.toString()).put("agentId", "main");
    // A shell that is a script itself is the script.
    Files.write(home.resolve("bin").resolve("sh"), new byte[] {0x7f, 'E', 'L', 'F'});
    ObjectNode plan = (ObjectNode) RunPlans.prepare(reader.read(params)).get("plan");
    assertThat(plan.at("/mutableFileOperand/argvIndex").asInt()).isEqualTo(1);
    assertThat(plan.at("/mutableFileOperand/path").asText())
        .isEqualTo(script.toRealPath().toString());
    assertThat(plan.path("commandText").asText()).isEqualTo("sh deploy.sh now");
    params.set("systemRunPlan", plan);
    assertThat(reader.read(params).argv()).containsExactly("sh", "deploy.sh", "now");

    Files.writeString(script, "echo two\n");
    assertThatThrownBy(() -> reader.read(params))
        .hasMessageContaining("systemRunPlan/mutableFileOperand is not what was approved");
    Files.delete(script);
    assertThatThrownBy(() -> reader.read(params)).hasMessageContaining("is not what was approved");
  }

  @Test
  void aProgramThatIsAScriptIsPinnedItself() {
    ObjectNode params = Json.parseObject("{\"command\":[\"tool\",\"x\"]}");
    ObjectNode answer = RunPlans.prepare(reader.read(params));
    assertThat(answer.at("/plan/mutableFileOperand/argvIndex").asInt(-1)).isZero();
    params.set("systemRunPlan", answer.get("plan"));
    assertThat(reader.read(params).argv()).hasSize(2);
    home.resolve("bin").resolve("tool").toFile().setExecutable(false);
    assertThatThrownBy(() -> reader.read(params)).hasMessageStartingWith("command/0:");
  }

  @Test
  void soIsTheScriptInATextForAShell() throws Exception {
    Path script = Files.writeString(home.resolve("deploy.sh"), "#!/bin/sh\n");
    for (String text :
        List.of("cd . && ./deploy.sh x", "echo a; sh deploy.sh", "python3 'deploy.sh'")) {
      ObjectNode params = Json.object();
      params.putArray("command").add("/bin/sh").add("-lc").add(text);
      ObjectNode plan = (ObjectNode) RunPlans.prepare(reader.read(params)).get("plan");
      assertThat(plan.at("/mutableFileOperand/argvIndex").asInt()).as(text).isEqualTo(2);
      assertThat(plan.at("/mutableFileOperand/path").asText())
          .isEqualTo(script.toRealPath().toString());
    }
    ObjectNode other = Json.object();
    other.putArray("command").add("/bin/sh").add("-lc").add("cat deploy.sh");
    assertThat(RunPlans.prepare(reader.read(other)).at("/plan").has("mutableFileOperand"))
        .isFalse();
  }

  @Test
  void theTextIsMadeOfTheWordsWhereNoneIsGiven() {
    assertThat(read("{'command':['odd name','a b','it\\u0027s','']}").whose().text())
        .isEqualTo("'odd name' 'a b' 'it'\\''s' ''");
  }
}
