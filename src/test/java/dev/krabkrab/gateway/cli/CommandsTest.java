package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each command sends and prints. */
class CommandsTest extends CommandCase {
  private static final String PENDING =
      """
      {pending:[{requestId:'old',deviceId:'d0',role:'node',scopes:[],ts:1737263000000},
                {requestId:'r-2',deviceId:'d2',displayName:'Ann\\u202e',platform:'ios',
                 role:'operator',scopes:['operator.read','operator.write'],ts:1737264030000}],
       paired:[{deviceId:'d1',displayName:'Bob',roles:['operator'],scopes:['operator.admin'],
                approvedAtMs:1737177660000}]}\
      """;
  private static final String NODES =
      """
      {ts:1,nodes:[{nodeId:'c8d2',displayName:'build-box',platform:'linux',connected:true,
                    connectedAtMs:1737264000000,commands:['system.run','system.which']},
                   {nodeId:'e1',displayName:'phone',connected:false,commands:[]}]}\
      """;

  private static final String RULE =
      """
      {grantId:'g1',id:'g1',agentId:'main',nodeId:'build-box',pattern:'/usr/bin/git',
       argv:['/usr/bin/git','commit','-m','a b\\u202e'],cwd:null,createdBy:{label:'Ann'},
       expiresAtMs:1737868800000,useCount:3,lastUsedAtMs:1737264030000}\
      """;

  private static final String LOCKED_OUT =
      "{code:'INVALID_REQUEST',message:'invalid config',"
          + "details:{issues:[{path:'gateway.auth.token',message:'needs one'}]}}";

  @Override
  void answers(TestGateway to) {
    to.on("health", "{ok:true,ts:1737264000000,durationMs:3,agents:[{}]}")
        .on("status", "{sessions:{count:0,recent:[]}}")
        .on("system-presence", "[{host:'gw',mode:'gateway',ts:1737264000000}]")
        .on("device.pair.list", PENDING)
        .on("device.pair.approve", "{requestId:'r-2',device:{deviceId:'d2'}}")
        .on("device.pair.reject", "{requestId:'r-2',deviceId:'d2'}")
        .on("device.token.rotate", "{deviceId:'d1',role:'operator',scopes:['a'],token:'tt'}")
        .on("device.token.revoke", "{deviceId:'d1',role:'operator',revokedAtMs:5}")
        .on("node.list", NODES)
        .on("node.describe", "{ts:1,nodeId:'c8d2',connected:true,commands:['x','y']}")
        .on("node.invoke", "{ok:true,nodeId:'c8d2',command:'c',payload:{a:1}}")
        .on(
            "exec.approval.list",
            "[{id:'X1',request:{command:'rm -rf /',host:'node',cwd:'/srv',"
                + "requestedBy:{label:'Bob',user:'bob@x'}},"
                + "createdAtMs:1737264050000,expiresAtMs:1737264120000}]")
        .on("exec.approval.resolve", "{ok:true}")
        .on("exec.approval.grants.list", "{grants:[" + RULE + "],total:1}")
        .on("exec.approval.grants.revoke", "{outcome:'revoked'}")
        .on("config.get", "{config:{gateway:{auth:{token:'top'},port:1}},hash:'h1'}")
        .on("config.patch", "{ok:true}")
        .on("config.set", "{ok:true}")
        .on("config.apply", "{ok:true}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "health",
        "call node.list",
        "devices list",
        "devices approve r-2",
        "devices reject r-2",
        "devices rotate d1",
        "devices revoke d1",
        "nodes list",
        "nodes describe c8d2",
        "nodes invoke --node c8d2 --command c",
        "approvals list",
        "approvals resolve X1 deny",
        "approvals resolve X1 allow-always",
        "approvals rules",
        "approvals rules remove g1",
        "config get",
        "config set a.b 1",
        "config patch {}"
      })
  void jsonIsTheRawPayload(String command) throws Exception {
    assertThat(cli.run((command + " --json").split(" "))).as(cli.err()).isZero();
    assertThat(cli.out().strip().lines()).hasSize(1);
    assertThat(Json.parse(cli.out()).isContainerNode()).isTrue();
  }

  @Test
  void statusAsJsonHidesTheDeviceToken() throws Exception {
    gateway.on(
        "connect",
        params ->
            TestGateway.hello(4, "{deviceToken:'dt-9',role:'operator',scopes:['operator.read']}"));
    assertThat(cli.run("status", "--json")).isZero();
    assertThat(Json.parse(cli.out()).at("/hello/server/version").asText()).isEqualTo("9.9");
    assertThat(cli.out()).doesNotContain("dt-9");
    assertThat(cli.run("status")).isZero();
    assertThat(cli.out()).contains("Version   9.9, protocol 4").contains("Up        1m");
  }

  @Test
  void devicesAreATableWithRelativeTimes() {
    assertThat(cli.run("devices", "list")).isZero();
    assertThat(cli.out())
        .contains("REQUEST  NAME")
        .contains("30s ago")
        .contains("1d ago")
        .contains("Ann\\u202e")
        .contains("operator.read,operator.write");
  }

  @Test
  void approveAsksAboutTheNewest() {
    assertThat(cli.input("y\n").run("devices", "approve")).isZero();
    assertThat(lastParams().path("requestId").asText()).isEqualTo("r-2");
    assertThat(cli.out()).contains("operator.read,operator.write").contains("Approved");
  }

  @Test
  void approveTakesNoForNo() {
    assertThat(cli.input("n\n").run("devices", "approve")).isEqualTo(ExitCodes.FAILED);
    assertThat(gateway.requests).hasSize(1);
  }

  @Test
  void approveWithNobodyToAskIsAUsageError() {
    assertThat(cli.run("devices", "approve")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("--latest");
    assertThat(cli.run("devices", "approve", "--latest")).isZero();
    assertThat(lastParams().path("requestId").asText()).isEqualTo("r-2");
  }

  @Test
  void approvingMoreThanPairingAsksForAdmin() {
    gateway.on(
        "device.pair.approve",
        params -> {
          if (gateway.connects.size() == 1) {
            throw new Refusal(0, "{code:'INVALID_REQUEST',message:'missing scope: operator.read'}");
          }
          return TestGateway.json("{requestId:'r-2',device:{deviceId:'d2'}}");
        });
    assertThat(cli.run("devices", "approve", "r-2")).isZero();
    assertThat(gateway.connects.getLast().path("scopes").toString())
        .isEqualTo("[\"operator.admin\",\"operator.pairing\"]");
  }

  @Test
  void aRotatedTokenIsPrintedOnlyAsJson() {
    assertThat(cli.run("devices", "rotate", "d1", "--token-scopes", "a,b")).isZero();
    assertThat(lastParams().path("scopes").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(cli.out()).doesNotContain("tt\n").contains("Rotated the operator token of d1");
  }

  @Test
  void nodesAreInvokedByName() {
    assertThat(
            cli.run(
                "nodes",
                "invoke",
                "--node",
                "Build-Box",
                "--command",
                "system.which",
                "--params",
                "{bins:['git']}",
                "--timeout",
                "7s"))
        .isZero();
    assertThat(lastParams())
        .isEqualTo(
            TestGateway.json(
                "{nodeId:'c8d2',command:'system.which',timeoutMs:7000,idempotencyKey:'key-1',"
                    + "params:{bins:['git']}}"));
    assertThat(cli.out()).contains("\"a\" : 1");
  }

  @Test
  void unknownNodesAreNamed() {
    assertThat(cli.run("nodes", "describe", "zz")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("no node is called zz").contains("nodes list");
  }

  @Test
  void rulesAreShownBeforeAndAfterTheyAreMade() {
    gateway.offer("exec.approval.rulePreview");
    gateway.on(
        "exec.approval.rulePreview",
        "{storable:true,rule:"
            + RULE.replace("grantId", "days:7,grantId")
            + ",wouldHaveAllowed:14}");
    gateway.on("exec.approval.resolve", "{ok:true,ruleStored:true,rule:" + RULE + "}");

    assertThat(cli.run("approvals", "resolve", "X1", "allow-always")).isZero();
    assertThat(lastParams().has("grantExpiresInDays")).isFalse();
    assertThat(cli.out())
        .containsSubsequence(
            "Rule: agent main may run exactly /usr/bin/git commit -m 'a b\\u202e' on build-box,"
                + " for 7 days.",
            "would have allowed 14 more requests",
            "Resolved X1: allow-always.",
            "Stored as rule g1, ends in 6d.");

    assertThat(cli.run("approvals", "resolve", "X1", "allow-always", "--days", "30")).isZero();
    assertThat(lastParams().path("grantExpiresInDays").asInt()).isEqualTo(30);
    assertThat(cli.out()).contains("for 30 days");

    gateway.on("exec.approval.rulePreview", "{storable:false,reason:'a shell',rule:null}");
    gateway.on("exec.approval.resolve", "{ok:true,ruleStored:false}");
    assertThat(cli.run("approvals", "resolve", "X1", "allow-always")).isZero();
    assertThat(cli.out())
        .containsSubsequence("No rule can be made: a shell.", "No rule was stored here");
  }

  @Test
  void rulesAreListedAndTakenBack() {
    assertThat(cli.run("approvals", "rules")).isZero();
    assertThat(cli.out())
        .contains(
            "RULE", "/usr/bin/git commit -m 'a b\\u202e'", "build-box", "Ann", "in 6d", "30s ago");
    assertThat(cli.run("approvals", "rules", "remove", "g1")).isZero();
    assertThat(lastParams().path("grantId").asText()).isEqualTo("g1");
    assertThat(cli.out()).contains("Taken back: g1.");

    gateway.on("exec.approval.grants.list", "{grants:[],total:0}");
    gateway.on("exec.approval.grants.revoke", "{outcome:'not-found'}");
    assertThat(cli.run("approvals", "rules")).isZero();
    assertThat(cli.out()).contains("Nothing is allowed always.");
    assertThat(cli.run("approvals", "rules", "remove", "g1")).isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err()).contains("there is no rule g1");
  }

  @Test
  void blanksPushNothingOutOfSight() {
    String command = "ls" + " ".repeat(3_000) + "; rm -rf ~";
    gateway.on("exec.approval.list", "[{id:'X1',request:{command:'" + command + "'}},{id:'X2'}]");
    assertThat(cli.run("approvals", "list")).isZero();
    assertThat(cli.out()).contains("ls␠×3000; rm -rf ~");
    gateway.on(
        "audit.list",
        "{entries:[{ts:1,action:'approval.requested',details:{command:'" + command + "'}}]}");
    assertThat(cli.run("audit", "list")).isZero();
    assertThat(cli.out()).contains("ls␠×3000; rm -rf ~");
    gateway.on(
        "exec.approval.list",
        "[{id:'X1',request:{command:'" + "x".repeat(900) + "'}},{id:'X2',request:{command:'y'}}]");
    assertThat(cli.run("approvals", "list")).isZero();
    assertThat(cli.out().lines().filter(line -> line.startsWith("X2")))
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(300));
  }

  @Test
  void approvalsAreListedWithTheWayToDecide() {
    assertThat(cli.run("approvals", "list")).isZero();
    assertThat(cli.out())
        .contains("rm -rf /", "Bob (bob@x)", "look at", "high: deletes or overwrites")
        .contains("node:/srv")
        .contains("in 1m");
    assertThat(cli.run("approvals", "resolve", "X1", "maybe")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.run("approvals", "resolve", "X1", "allow-once")).isZero();
    assertThat(lastParams()).isEqualTo(TestGateway.json("{id:'X1',decision:'allow-once'}"));
  }

  @Test
  void aSecondDecisionIsToldWhoseTheFirstWas() {
    String told =
        "resolvedBy:'Ann\\n',decision:'deny',resolvedAtMs:1737264050000,decisionReason:'not today',"
            + "resolver:{kind:'device',id:'d1',deviceId:'d1',label:'Ann\\n',user:'ann@x',"
            + "instance:'gw-1'}";
    gateway.on("exec.approval.resolve", "{ok:true,applied:false," + told + "}");
    assertThat(cli.run("approvals", "resolve", "X1", "deny", "--reason", "so there")).isZero();
    assertThat(lastParams())
        .isEqualTo(TestGateway.json("{id:'X1',decision:'deny',reason:'so there'}"));
    assertThat(cli.out())
        .isEqualTo(
            "Resolved X1 before: deny by Ann␊ (device d1, user ann@x, on gw-1): not today,"
                + " 10s ago\n");
    gateway.on(
        "exec.approval.resolve",
        params -> {
          throw new Refusal(
              0,
              "{code:'INVALID_REQUEST',message:'approval already resolved',details:{"
                  + "reason:'APPROVAL_ALREADY_RESOLVED',"
                  + told
                  + "}}");
        });
    assertThat(cli.run("approvals", "resolve", "X1", "allow-once")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err())
        .contains(
            "X1 was decided before: deny by Ann␊ (device d1, user ann@x, on gw-1): not today,"
                + " 10s ago\n");
  }

  @Test
  void whatOthersWroteComesOutOnOneLineOfWhatIsThere() {
    String hostile = "x\\nHost: sandbox\\u202e\\u001b[2K\\u200b\\udb40\\udc41\\u2028\\u3164";
    String value = "'" + hostile + "'";
    gateway
        .on("node.list", "{nodes:[{nodeId:" + value + ",displayName:" + value + "}]}")
        .on("status", "{sessions:{count:1,recent:[{key:" + value + "}]}}")
        .on("system-presence", "[{host:" + value + ",mode:" + value + "}]")
        .on("config.get", "{config:{a:" + value + "},hash:" + value + "}")
        .on(
            "audit.list",
            "{entries:[{action:"
                + value
                + ",actor:{user:"
                + value
                + "},details:{a:"
                + value
                + "}}]}")
        .on(
            "exec.approval.list",
            "[{id:" + value + ",request:{command:" + value + ",host:" + value + "}}]");
    for (String command :
        new String[] {
          "nodes list",
          "nodes list --json",
          "status",
          "status --json",
          "config get",
          "config get a",
          "config get --json",
          "approvals list",
          "approvals list --json",
          "audit list",
          "audit list --json",
          "call exec.approval.list"
        }) {
      assertThat(cli.run(command.split(" "))).as(command).isZero();
      assertThat(cli.out().lines()).as(command).noneMatch(line -> line.startsWith("Host:"));
      assertThat(cli.out()).as(command).contains("Host: sandbox");
      assertThat((cli.out() + cli.err()).codePoints().filter(c -> c != '\n'))
          .as(command)
          .noneMatch(SafeText::isHidden);
    }
    assertThat(cli.run("nodes", "list", "--json")).isZero();
    assertThat(TestGateway.json(cli.out()).at("/nodes/0/nodeId"))
        .isEqualTo(TestGateway.json("{a:" + value + "}").path("a"));
  }

  @Test
  void configHidesSecrets() {
    assertThat(cli.run("config", "get")).isZero();
    assertThat(cli.out()).contains("(hidden)").doesNotContain("top");
    assertThat(cli.run("config", "get", "gateway.auth.token")).isZero();
    assertThat(cli.out()).isEqualTo("(hidden)\n");
    assertThat(cli.run("config", "get", "gateway.auth.token", "--show-secrets")).isZero();
    assertThat(cli.out()).isEqualTo("top\n");
    assertThat(cli.run("config", "get", "gateway.nope")).isEqualTo(ExitCodes.FAILED);
  }

  @Test
  void configIsWrittenAgainstTheHashJustRead() throws Exception {
    assertThat(cli.run("config", "set", "gateway.nodes.denyCommands", "['system.run']")).isZero();
    assertThat(gateway.requests.getLast().path("method").asText()).isEqualTo("config.patch");
    assertThat(lastParams().path("baseHash").asText()).isEqualTo("h1");
    assertThat(Json.parse(lastParams().path("raw").asText()))
        .isEqualTo(TestGateway.json("{gateway:{nodes:{denyCommands:['system.run']}}}"));

    assertThat(cli.input("{a:1}").run("config", "apply", "-f", "-", "--base-hash", "h0")).isZero();
    assertThat(gateway.requests.getLast().path("method").asText()).isEqualTo("config.apply");
    assertThat(lastParams()).isEqualTo(TestGateway.json("{raw:'{a:1}',baseHash:'h0'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "config set gateway.port 1; config.patch",
        "config set -f -; config.set",
        "config apply -f -; config.apply",
        "config patch {gateway:{port:1}}; config.patch"
      })
  void whatHasNoEffectIsSaid(String command, String method) {
    gateway.on(method, "{ok:true,warnings:[{path:'gateway.port',message:'is read at a start'}]}");
    assertThat(cli.input("{gateway:{port:1}}").run(command.split(" "))).isZero();
    assertThat(cli.out()).isEqualTo("Written; every instance uses it from now on, but for this:\n");
    assertThat(cli.err()).isEqualTo("warning  gateway.port: is read at a start\n");
  }

  @Test
  void aReadConfigurationSaysWhatHasNoEffect() {
    gateway.on(
        "config.get",
        "{config:{},hash:'h1',warnings:[{path:'gateway.port',message:'is read at a start'}]}");
    assertThat(cli.run("config", "get")).isZero();
    assertThat(cli.err()).isEqualTo("hash h1\nwarning  gateway.port: is read at a start\n");
  }

  /** A first start makes a token that stands in no file. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "config apply -f -; config.apply; {a:1}; {a:1,gateway:{auth:{token:'(hidden)'}}}",
        "config set -f -; config.set; {gateway:{auth:{mode:'token'}}};"
            + " {gateway:{auth:{mode:'token',token:'(hidden)'}}}"
      })
  void aDocumentThatDoesNotNameTheTokenKeepsIt(
      String command, String method, String given, String sent) {
    gateway.on(
        method,
        params -> {
          if (!params.path("raw").asText().contains("(hidden)")) {
            throw new Refusal(0, LOCKED_OUT);
          }
          return TestGateway.json("{ok:true}");
        });
    assertThat(cli.input(given).run(command.split(" "))).as(cli.err()).isZero();
    assertThat(TestGateway.json(lastParams().path("raw").asText()))
        .isEqualTo(TestGateway.json(sent));
    assertThat(cli.err()).isEqualTo("gateway.auth.token is not in it, and stays as it was.\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{gateway:{auth:{token:null}}}", "{gateway:{auth:{token:''}}}", "[]", "x"})
  void whoTakesTheTokenOutIsRefused(String given) {
    gateway.on(
        "config.apply",
        params -> {
          throw new Refusal(0, LOCKED_OUT);
        });
    assertThat(cli.input(given).run("config", "apply", "-f", "-")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("gateway.auth.token: needs one");
    assertThat(
            gateway.requests.stream().filter(r -> r.path("method").asText().equals("config.apply")))
        .hasSize(1);
  }

  @Test
  void configProblemsAreListed() {
    gateway.on(
        "config.patch",
        params -> {
          throw new Refusal(
              0,
              "{code:'INVALID_REQUEST',message:'invalid config',"
                  + "details:{issues:[{path:'gateway.port',message:'expected number'}]}}");
        });
    assertThat(cli.run("config", "patch", "{gateway:{port:'x'}}")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("invalid config").contains("gateway.port: expected number");
  }
}
