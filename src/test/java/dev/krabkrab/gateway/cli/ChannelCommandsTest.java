package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands about channels send and print. */
class ChannelCommandsTest extends CommandCase {
  private static final String STATUS =
      """
      {ts:1,channelOrder:['telegram','webhook'],
       channelLabels:{telegram:'Telegram',webhook:'Webhook'},
       channelAccounts:{
         telegram:[{accountId:'default',enabled:true,configured:true,running:true,connected:true,
                    instance:'gw-1',lastInboundAt:1737264030000,dmPolicy:'pairing'},
                   {accountId:'old',enabled:false,configured:true}],
         webhook:[{accountId:'shop',enabled:true,configured:true,running:true,dmPolicy:'open'}]}}\
      """;

  @Override
  void answers(TestGateway to) {
    to.on("channels.status", STATUS)
        .on("channels.logout", "{channel:'telegram',accountId:'ops',cleared:true,loggedOut:true}")
        .on(
            "channels.pairing.list",
            "{requests:[{channel:'telegram',accountId:'default',senderId:'900',"
                + "name:'Zoe\\u202e',code:'7K2MPQ4X',createdAtMs:1737264030000,"
                + "expiresAtMs:1737267630000}]}")
        .on(
            "channels.pairing.approve",
            "{ok:true,channel:'telegram',accountId:'default',senderId:'900',name:'Zoe\\u202e'}")
        .on(
            "channels.pairing.dismiss",
            "{ok:true,channel:'telegram',accountId:'default',senderId:'900',name:'Zoe'}")
        .on("send", "{runId:'key-1',messageId:'41',channel:'telegram',chatId:'9'}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "channels status; operator.read",
        "channels logout telegram; operator.admin",
        "channels pairing list; operator.pairing",
        "channels pairing approve telegram 7K2MPQ4X; operator.admin",
        "channels pairing dismiss telegram 7K2MPQ4X; operator.pairing",
        "message send --to 9 hello; operator.write"
      })
  void jsonIsTheRawPayloadAndNoScopeIsToSpare(String command, String scope) throws Exception {
    assertThat(cli.run((command + " --json").split(" "))).as(cli.err()).isZero();
    assertThat(cli.out().strip().lines()).hasSize(1);
    assertThat(Json.parse(cli.out()).isContainerNode()).isTrue();
    assertThat(gateway.connects.getLast().path("scopes").toString())
        .isEqualTo("[\"" + scope + "\"]");
  }

  @Test
  void channelsAreATableOfTheirAccounts() {
    assertThat(cli.run("channels", "status")).isZero();
    assertThat(lastParams().isEmpty()).isTrue();
    assertThat(cli.out())
        .containsPattern("Telegram +default +connected +gw-1 +30s ago +- +pairing\n")
        .containsPattern("Telegram +old +off")
        .containsPattern("Webhook +shop +ready +- +- +- +open\n");
    gateway.on("channels.status", "{channelOrder:[],channelAccounts:{}}");
    assertThat(cli.run("channels", "status")).isZero();
    assertThat(cli.out()).contains("No channel is set up.");
  }

  @Test
  void anAccountThatDoesNotWorkFails() {
    gateway.on(
        "channels.status",
        "{channelOrder:['slack'],channelAccounts:{slack:[{accountId:'default',enabled:true,"
            + "configured:true,connected:false,lastError:'away',"
            + "probe:{ok:false,error:'Slack: invalid_auth'}}]}}");
    assertThat(cli.run("channels", "status", "--probe", "--timeout", "7s"))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(lastParams()).isEqualTo(TestGateway.json("{probe:true,timeoutMs:7000}"));
    assertThat(cli.out())
        .containsPattern("slack +default +not connected.*\n  problem  Slack: invalid_auth\n");
  }

  @Test
  void strangersAreListedLetInAndDismissed() {
    assertThat(cli.run("channels", "pairing", "list", "--channel", "telegram")).isZero();
    assertThat(lastParams()).isEqualTo(TestGateway.json("{channel:'telegram'}"));
    assertThat(cli.out())
        .containsPattern("telegram +default +7K2MPQ4X +900 +Zoe.u202e +30s ago +in 59m")
        .contains("krabkrab channels pairing approve CHANNEL CODE");

    assertThat(cli.run("channels", "pairing", "approve", "telegram", "7K2MPQ4X")).isZero();
    assertThat(lastParams()).isEqualTo(TestGateway.json("{channel:'telegram',code:'7K2MPQ4X'}"));
    assertThat(cli.out()).isEqualTo("Let in Zoe\\u202e (telegram 900). They may write now.\n");

    assertThat(
            cli.run("channels", "pairing", "dismiss", "telegram", "7K2MPQ4X", "--account", "ops"))
        .isZero();
    assertThat(lastParams())
        .isEqualTo(TestGateway.json("{channel:'telegram',code:'7K2MPQ4X',accountId:'ops'}"));
    assertThat(cli.out()).isEqualTo("Dismissed Zoe (telegram 900).\n");
    assertThat(cli.run("channels", "pairing", "approve", "telegram")).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void nobodyWaits() {
    gateway.on("channels.pairing.list", "{requests:[]}");
    assertThat(cli.run("channels", "pairing", "list")).isZero();
    assertThat(cli.out()).isEqualTo("Nobody waits to be let in.\n");
  }

  @Test
  void anAccountIsLoggedOut() {
    assertThat(cli.run("channels", "logout", "telegram", "--account", "ops")).isZero();
    assertThat(lastParams()).isEqualTo(TestGateway.json("{channel:'telegram',accountId:'ops'}"));
    assertThat(cli.out())
        .isEqualTo("Logged out of telegram (account ops): switched off, secrets taken out.\n");
    gateway.on("channels.logout", "{channel:'telegram',accountId:'x',cleared:false}");
    assertThat(cli.run("channels", "logout", "telegram", "--account", "x")).isZero();
    assertThat(cli.out()).contains("nothing was logged out");
  }

  @Test
  void aMessageIsSentWithAKey() {
    assertThat(cli.run("message", "send", "--channel", "telegram", "--to", "9", "hello there"))
        .isZero();
    assertThat(lastParams())
        .isEqualTo(
            TestGateway.json(
                "{to:'9',message:'hello there',channel:'telegram',idempotencyKey:'key-1'}"));
    assertThat(cli.out()).isEqualTo("Sent in telegram: message 41.\n");

    assertThat(
            cli.input("from a pipe\n")
                .run(
                    "message send --to 9 --account ops --media https://a --media https://b"
                        .concat(" --session main --idempotency-key k -")
                        .split(" ")))
        .isZero();
    assertThat(lastParams())
        .isEqualTo(
            TestGateway.json(
                "{to:'9',message:'from a pipe',accountId:'ops',sessionKey:'main',"
                    + "mediaUrls:['https://a','https://b'],idempotencyKey:'k'}"));
  }

  @Test
  void nothingIsNotSent() {
    assertThat(cli.input(" \n").run("message", "send", "--to", "9", "-"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(gateway.requests).isEmpty();
    assertThat(cli.run("message", "send", "hello")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("--to");
  }
}
