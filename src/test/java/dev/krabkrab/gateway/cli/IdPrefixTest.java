package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The beginning of an id is as good as the whole, wherever one is given; tables show as much. */
class IdPrefixTest extends CommandCase {
  private static final String ONE = "5647a1f0c3d2" + "0".repeat(52);
  private static final String TWIN = "5647a1f0c3d2" + "f".repeat(52);
  private static final String OTHER = "99" + "c".repeat(62);
  private static final String REQUEST = "3ea3ed38-ff89-4530-a6a5-cd779946c09e";
  private static final String NEXT = "3ea3ed39-ff89-4530-a6a5-cd779946c09e";

  @Override
  void answers(TestGateway to) {
    to.on("device.pair.list", devices())
        .on("device.pair.approve", "{device:{deviceId:'d'}}")
        .on("device.pair.reject", "{deviceId:'d'}")
        .on("device.token.rotate", "{scopes:[]}")
        .on("device.token.revoke", "{ok:true}")
        .on(
            "node.list",
            "{nodes:[{nodeId:'%s',displayName:'box'},{nodeId:'%s',displayName:'Box'},{nodeId:'%s'}]}"
                .formatted(ONE, TWIN, OTHER))
        .on("node.describe", "{nodeId:'n'}")
        .on("node.invoke", "{payload:{}}")
        .on(
            "exec.approval.list",
            "[{id:'%s',request:{command:'ls'}},{id:'%s'},{id:'X1',request:{command:'id'}},{id:'X12'}]"
                .formatted(REQUEST, NEXT))
        .on("exec.approval.resolve", "{ok:true}")
        .on(
            "exec.approval.grants.list",
            "{grants:[{grantId:'%s'},{grantId:'%s'}]}".formatted(REQUEST, NEXT))
        .on("exec.approval.grants.revoke", "{outcome:'revoked'}")
        .on("audit.list", "{entries:[]}")
        .on(
            "sessions.list",
            "{sessions:[{key:'agent:main:telegram:1'},{key:'agent:main:slack:1'},{key:'x'}]}")
        .on(
            "sessions.export",
            params -> {
              if (params.path("key").asText().startsWith("agent:main:")
                  && params.path("key").asText().endsWith(":1")) {
                return TestGateway.json("{key:'k',sessionId:'s',lines:[]}");
              }
              throw new Refusal(0, "{code:'INVALID_REQUEST',message:'No session found: x'}");
            });
  }

  private static String devices() {
    return ("{pending:[{requestId:'%s',deviceId:'a'},{requestId:'%s',deviceId:'b'}],"
            + "paired:[{deviceId:'%s',displayName:'Ann'},{deviceId:'%s'},{deviceId:'%s'}]}")
        .formatted(REQUEST, NEXT, ONE, TWIN, OTHER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "devices approve 3ea3ed38; requestId; 3ea3ed38-ff89-4530-a6a5-cd779946c09e",
        "devices reject 3ea3ed39-; requestId; 3ea3ed39-ff89-4530-a6a5-cd779946c09e",
        "devices revoke 9; deviceId; 99cc",
        "devices rotate 5647a1f0c3d20; deviceId; 5647a1f0c3d20",
        "nodes describe 99c; nodeId; 99cc",
        "nodes invoke --command c --node 99c; nodeId; 99cc",
        "approvals resolve 3ea3ed38 deny; id; 3ea3ed38-ff89-4530-a6a5-cd779946c09e",
        "approvals resolve X1 deny; id; X1",
        "approvals rules remove 3ea3ed39; grantId; 3ea3ed39-ff89-4530-a6a5-cd779946c09e",
        "audit list --device 99c; device; 99cc",
        "audit export --device 99c; device; 99cc",
        "sessions export agent:main:tele; key; agent:main:telegram:1"
      })
  void theBeginningIsEnough(String command, String field, String sent) {
    assertThat(cli.run(command.split(" "))).as(cli.err()).isZero();
    assertThat(lastParams().path(field).asText()).startsWith(sent);
    assertThat(lastParams().path(field).asText().length()).isGreaterThanOrEqualTo(sent.length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "devices approve 3ea3; 3ea3ed38-ff8, 3ea3ed39-ff8; devices list",
        "devices reject 3ea3ed3; 3ea3ed38-ff8, 3ea3ed39-ff8; devices list",
        "devices revoke 56; 5647a1f0c3d20 (Ann), 5647a1f0c3d2f; devices list",
        "devices rotate 5647a1f0c3d2; 5647a1f0c3d20 (Ann), 5647a1f0c3d2f; devices list",
        "nodes describe 5647; 5647a1f0c3d20 (box), 5647a1f0c3d2f (Box); nodes list",
        "nodes invoke --command c --node BOX; 5647a1f0c3d20 (box), 5647a1f0c3d2f (Box); nodes list",
        "approvals resolve 3e allow-once; 3ea3ed38-ff8, 3ea3ed39-ff8; approvals list",
        "approvals rules remove 3ea; 3ea3ed38-ff8, 3ea3ed39-ff8; approvals rules",
        "audit list --device 5; 5647a1f0c3d20 (Ann), 5647a1f0c3d2f; devices list",
        "sessions export agent:; agent:main:telegram:1, agent:main:slack:1; sessions list"
      })
  void whatFitsSeveralIsRefusedAndTheyAreNamed(String command, String candidates, String next) {
    int before = gateway.requests.size();
    assertThat(cli.run(command.split(" "))).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err().lines().findFirst().orElseThrow()).startsWith("krabkrab: several fit ");
    for (String candidate : candidates.split(", ")) {
      assertThat(cli.err()).contains(candidate);
    }
    assertThat(cli.err()).contains("`krabkrab " + next + "`");
    assertThat(gateway.requests.subList(before, gateway.requests.size()))
        .noneMatch(
            request ->
                request
                    .path("method")
                    .asText()
                    .matches(".*(approve|reject|rotate|revoke|resolve|invoke)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "devices approve nope; device.pair.approve; unknown requestId; devices list",
        "devices reject nope; device.pair.reject; unknown requestId; devices list",
        "devices revoke nope; device.token.revoke; unknown deviceId/role; devices list",
        "devices rotate nope; device.token.rotate; unknown deviceId/role; devices list",
        "approvals resolve nope deny; exec.approval.resolve; unknown or expired approval id;"
            + " approvals list",
        "nodes describe nope; ; no node is called nope; nodes list",
        "sessions export nope; ; No session found; sessions list",
        "channels logout telegram; channels.logout; invalid channels.logout channel; channels"
            + " status",
        "message send --to 1 --channel telegram hi; send; unsupported channel: telegram; channels"
            + " status",
        "message send --to 1 hi; send; unsupported channel: whatsapp; channels status"
      })
  void whatIsUnknownIsFollowedByTheNextCommand(
      String command, String method, String message, String next) {
    if (method != null) {
      gateway.on(
          method,
          params -> {
            throw new Refusal(0, "{code:'INVALID_REQUEST',message:'" + message + "'}");
          });
    }
    assertThat(cli.run(command.split(" "))).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("krabkrab " + next);
    assertThat(cli.err().lines()).hasSize(2);
    boolean unnamed = command.equals("message send --to 1 hi");
    assertThat(cli.err()).contains(unnamed ? "no channel was named" : message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "command not allowlisted; gateway.nodes.allowCommands",
        "command not declared by node; does not offer it",
        "node did not declare commands; does not offer it",
        "command is asked by approvals only; asked by approvals only"
      })
  void aCommandThatIsNotAllowedSaysWhoDoesNotAllowIt(String reason, String hint) {
    gateway.on(
        "node.invoke",
        params -> {
          throw new Refusal(
              0,
              "{code:'INVALID_REQUEST',message:'node command not allowed',details:{reason:'"
                  + reason
                  + "'}}");
        });
    assertThat(cli.run("nodes", "invoke", "--node", "99", "--command", "c")).isEqualTo(1);
    assertThat(cli.err()).contains(hint);
  }

  @Test
  void tablesShowWhatIsEnough() {
    assertThat(cli.run("devices", "list")).isZero();
    assertThat(cli.out())
        .contains("\n3ea3ed38-ff8  ", "\n5647a1f0c3d20  ", "\n5647a1f0c3d2f  ", "\n99cccccccccc  ")
        .doesNotContain(REQUEST, ONE);
    assertThat(cli.run("approvals", "list")).isZero();
    assertThat(cli.out()).contains("\n3ea3ed38-ff8  ", "\nX1  ", "\nX12  ").doesNotContain(REQUEST);
    assertThat(cli.run("approvals", "rules")).isZero();
    assertThat(cli.out()).contains("\n3ea3ed38-ff8  ").doesNotContain(REQUEST);
    assertThat(cli.run("nodes", "list")).isZero();
    assertThat(cli.out()).contains("\n5647a1f0c3d20  ").doesNotContain(ONE);
    assertThat(cli.run("devices", "list", "--json")).isZero();
    assertThat(cli.out()).contains(REQUEST, ONE);
  }

  @Test
  void whatIsDecidedByItsBeginningIsRepeated() {
    assertThat(cli.run("approvals", "resolve", "3ea3ed38", "deny")).isZero();
    assertThat(cli.out()).isEqualTo("Resolved " + REQUEST + ": deny.\nIt was: ls\n");
  }

  @Test
  void aShortIdIsOneOnly() {
    ShortIds ids =
        new ShortIds(
            List.of(
                "aaaaaaaaaaaa", "aaaaaaaaaaaab", "aaaaaaaaaaaabc", "b", "c".repeat(11) + "👍x"));
    assertThat(ids.of("aaaaaaaaaaaa")).isEqualTo("aaaaaaaaaaaa");
    assertThat(ids.of("aaaaaaaaaaaab")).isEqualTo("aaaaaaaaaaaab");
    assertThat(ids.of("aaaaaaaaaaaabc")).isEqualTo("aaaaaaaaaaaabc");
    assertThat(ids.of("b")).isEqualTo("b");
    assertThat(ids.of("c".repeat(11) + "👍x")).isEqualTo("c".repeat(11) + "👍");
  }
}
