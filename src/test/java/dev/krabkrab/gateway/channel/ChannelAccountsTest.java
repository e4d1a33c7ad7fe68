package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.channel.slack.SlackProvider;
import dev.krabkrab.gateway.channel.telegram.TelegramProvider;
import dev.krabkrab.gateway.channel.webhook.WebhookProvider;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.protocol.VariableRules;
import dev.krabkrab.gateway.platform.protocol.Variables;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelAccountsTest {
  private static final String TOKEN = "123456:a-token-of-the-tests";
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "BOT_TOKEN", TOKEN,
          "KRABKRAB_CHANNEL_TOKEN", TOKEN,
          "KRABKRAB_GATEWAY_TOKEN", TOKEN);

  private final Vertx vertx = Vertx.vertx();
  private ObjectNode document = (ObjectNode) Json5.parse("{}");
  private final List<String> left = new ArrayList<>();
  private final ChannelAccounts accounts =
      new ChannelAccounts(
          List.of(new TelegramProvider(), new SlackProvider(), new WebhookProvider()),
          new ChannelHttp(
              vertx, InstantSource.system(), RandomGenerator.getDefault(), Egress.DIRECT),
          () -> document,
          new Variables(
              name -> ENVIRONMENT.getOrDefault(name, ""),
              VariableRules.with(List.of("BOT_TOKEN", "NOT_THERE"))));

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private void set(String channels) {
    document = (ObjectNode) Json5.parse("{channels:" + channels + "}");
    accounts.refresh(one -> left.add(one.account().toString()));
  }

  private Held held(String channel, String id) {
    return accounts.find(channel, id).orElseThrow();
  }

  private String problem(String channel, String id) {
    Held held = held(channel, id);
    assertThat(held.connector()).isNull();
    assertThatThrownBy(held::speaker)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(held.problem());
    return String.valueOf(held.problem());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "123456:a-token-of-the-tests; true",
        "' 123456:a-token-of-the-tests '; true",
        "${KRABKRAB_CHANNEL_TOKEN}; true",
        "${BOT_TOKEN}; true",
        "another-token-of-the-tests; false",
        "${NOT_THERE}; false"
      })
  void aSecretIsSharedHoweverItIsWritten(String secret, boolean shared) {
    set(
        "{webhook:{url:'http://127.0.0.1:9/',accounts:{one:{secret:'${KRABKRAB_CHANNEL_TOKEN}'},"
            + "two:{secret:'"
            + secret
            + "'}}}}");
    assertThat(held("webhook", "one").account().sharesSecret()).isEqualTo(shared);
    assertThat(held("webhook", "two").account().sharesSecret()).isEqualTo(shared);
  }

  @Test
  void aChannelWithoutAccountsIsOne() {
    set("{telegram:{botToken:'" + TOKEN + "'},pigeon:{}}");
    assertThat(accounts.channels()).extracting(ChannelProvider::id).containsExactly("telegram");
    assertThat(accounts.usual("telegram")).isEqualTo("default");
    assertThat(accounts.find("telegram", null)).contains(held("telegram", "default"));
    assertThat(held("telegram", "default").account().where()).isEqualTo("channels.telegram");
    assertThat(held("telegram", "default").speaker().listens()).isTrue();
    assertThat(accounts.find("telegram", "other")).isEmpty();
    assertThat(accounts.find("slack", null)).isEmpty();
  }

  @Test
  void anAccountStandsOverWhatAllHaveInCommon() {
    set(
        "{telegram:{botToken:'"
            + TOKEN
            + "',dmPolicy:'open',allowFrom:[1,2],accounts:{"
            + "one:{dmPolicy:'disabled'},two:{allowFrom:[' 3 ']}}}}");
    assertThat(accounts.of("telegram"))
        .extracting(one -> one.account().accountId())
        .containsExactly("one", "two");
    assertThat(accounts.usual("telegram")).isEqualTo("one");
    ChannelAccount one = held("telegram", "one").account();
    assertThat(one.text("dmPolicy")).isEqualTo("disabled");
    assertThat(one.texts("allowFrom")).containsExactly("1", "2");
    assertThat(one.settings().has("accounts")).isFalse();
    ChannelAccount two = held("telegram", "two").account();
    assertThat(two.text("dmPolicy")).isEqualTo("open");
    assertThat(two.texts("allowFrom")).containsExactly("3");
    assertThat(two.toString()).isEqualTo("telegram:two").doesNotContain(TOKEN);
  }

  @Test
  void variablesAreFilledInAndNotShown() {
    set(
        "{telegram:{accounts:{one:{botToken:'${BOT_TOKEN}'},"
            + "two:{botToken:'${KRABKRAB_CHANNEL_TOKEN}'},three:{botToken:'"
            + TOKEN
            + "'},four:{enabled:false}}}}");
    assertThat(held("telegram", "one").account().text("botToken")).isEqualTo(TOKEN);
    assertThat(held("telegram", "two").account().text("botToken")).isEqualTo(TOKEN);
    assertThat(held("telegram", "one").raw().toString()).doesNotContain(TOKEN);
    assertThat(List.of("one", "two", "three", "four"))
        .extracting(id -> ChannelAccounts.source(held("telegram", id), "botToken"))
        .containsExactly("env", "env", "config", "none");
  }

  @Test
  void theGatewaysOwnVariablesAreNobodysBusiness() {
    set("{telegram:{botToken:'${KRABKRAB_GATEWAY_TOKEN}'}}");
    assertThat(problem("telegram", "default"))
        .isEqualTo(
            "channels.telegram.botToken may not use ${KRABKRAB_GATEWAY_TOKEN}, which holds a secret"
                + " of the gateway itself");
    set("{telegram:{botToken:'${NOT_THERE}'}}");
    assertThat(problem("telegram", "default"))
        .isEqualTo(
            "channels.telegram.botToken needs the environment variable NOT_THERE, which is not"
                + " set");
  }

  @Test
  void aBadAccountStopsNoOther() {
    set(
        "{telegram:{dmPolicy:'friends',botToken:'"
            + TOKEN
            + "',accounts:{a:{},b:{dmPolicy:'open'},c:{dmPolicy:'open',enabled:false}}},"
            + "webhook:{url:'https://example.org',secret:'0123456789abcdef'},slack:{}}");
    assertThat(problem("telegram", "a"))
        .startsWith("channels.telegram.accounts.a.dmPolicy must be pairing");
    assertThat(held("telegram", "b").speaker()).isNotNull();
    assertThatThrownBy(held("telegram", "c")::speaker)
        .hasMessage("channels.telegram.accounts.c is switched off");
    assertThat(held("webhook", "default").speaker().listens()).isFalse();
    assertThat(problem("slack", "default")).isEqualTo("channels.slack.botToken is not set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "telegram|botToken:'secret words'|botToken",
        "telegram|botToken:'123456:abcdefgh',apiRoot:'ftp://secret'|apiRoot",
        "telegram|botToken:'123456:abcdefgh',apiRoot:'https://bad host/secret'|apiRoot",
        "telegram|botToken:'123456:abcdefgh',webhookUrl:'https://a.example'|webhookSecret",
        "slack|botToken:'xapp-secret',appToken:'xapp-1'|botToken",
        "slack|botToken:'xoxb-1',appToken:'xoxb-secret'|appToken",
        "slack|botToken:'xoxb-1',appToken:'xapp-1',apiRoot:'secret'|apiRoot",
        "webhook|url:'https://example.org',secret:'short-secret'|secret",
        "webhook|url:'example.org/?key=secret',secret:'0123456789abcdef'|url",
        "webhook|url:'https://example.org/?key=secret^x',secret:'0123456789abcdef'|url",
        "webhook|url:'https://%zz/secret',secret:'0123456789abcdef'|url"
      },
      quoteCharacter = '"')
  void aBadSettingIsNamedAndNotShown(String channel, String settings, String name) {
    set("{" + channel + ":{" + settings + "}}");
    assertThat(problem(channel, "default"))
        .startsWith("channels." + channel + "." + name + " ")
        .doesNotContain("secret words", "short-secret", "key=secret", "-secret", "/secret");
  }

  @Test
  void onlyWhatChangedIsMadeAnew() {
    String steady = "accounts:{a:{botToken:'" + TOKEN + "'},b:{botToken:'";
    set("{telegram:{" + steady + TOKEN + "2'}}}}");
    Held a = held("telegram", "a");
    Held b = held("telegram", "b");
    set("{telegram:{" + steady + TOKEN + "1'}}}}");
    assertThat(held("telegram", "a")).isSameAs(a);
    assertThat(held("telegram", "b")).isNotSameAs(b);
    assertThat(left).containsExactly("telegram:b");
    set("{}");
    assertThat(accounts.all()).isEmpty();
    assertThat(left).containsExactly("telegram:b", "telegram:a", "telegram:b");
  }
}
