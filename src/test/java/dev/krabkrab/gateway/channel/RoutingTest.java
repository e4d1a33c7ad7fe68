package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.channel.slack.SlackProvider;
import dev.krabkrab.gateway.channel.telegram.TelegramProvider;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingTest {
  private static final String BINDINGS =
      "{bindings:[{agentId:'any',match:{channel:'slack'}},"
          + "{agentId:'works',match:{channel:'slack',accountId:'work'}},"
          + "{agentId:'rooms',match:{channel:'slack',peer:{kind:'channel',id:'C1'}}},"
          + "{agentId:'groups',match:{channel:'slack',peer:{kind:'group',id:'C1'}}},"
          + "{agentId:'anns',match:{channel:'slack',peer:{kind:'dm',id:'ann'}}},"
          + "{agentId:'homes',match:{channel:'slack',accountId:'home',peer:{kind:'direct',id:'bob'}}},"
          + "{agentId:'later',match:{channel:'slack',accountId:'work'}},"
          + "{agentId:'everywhere',match:{channel:'telegram',accountId:'*'}},"
          + "{match:{channel:'webhook'}}]}";

  /** The sessions of an instance whose usual agent is {@code main}. */
  private static final class Sessions implements ChannelCommands {
    @Override
    public Future<Void> ask(
        String id,
        String sessionKey,
        String message,
        List<InboundMessage.Image> images,
        @Nullable ChannelPerson person,
        DeliveryContext way) {
      throw new AssertionError("routing asks nobody");
    }

    @Override
    public Future<Void> decide(
        String by, String user, String approvalId, String decision, @Nullable String reason) {
      throw new AssertionError("routing decides nothing");
    }

    @Override
    public String mainSession(@Nullable String agentId) {
      return "agent:" + (agentId == null ? "main" : agentId) + ":home";
    }

    @Override
    public boolean isCommand(String text) {
      return false;
    }

    @Override
    public Future<Boolean> isKnown(String key) {
      return Future.succeededFuture(false);
    }

    @Override
    public String canonical(String key) {
      return key;
    }
  }

  private static ChannelAccount account(String channel, String id) {
    return new ChannelAccount(channel, id, Json.object(), false);
  }

  private static InboundMessage message(
      ChatKind kind, String chat, @Nullable String thread, String sender) {
    return new InboundMessage(
        "1", kind, chat, thread, sender, sender, Said.of("hi"), true, List.of());
  }

  private static String session(String document, InboundMessage message) {
    return Routing.session(
        (ObjectNode) Json5.parse(document),
        new SlackProvider(),
        account("slack", "work"),
        message,
        true,
        new Sessions());
  }

  @ParameterizedTest
  @CsvSource({
    "main, agent:main:home",
    "per-peer, agent:main:dm:ann",
    "per-channel-peer, agent:main:slack:dm:ann",
    "per-account-channel-peer, agent:main:slack:work:dm:ann",
    "unheard-of, agent:main:home"
  })
  void directChatsGoWhereTheScopeSays(String scope, String key) {
    InboundMessage message = message(ChatKind.DIRECT, "D1", "t1", "ann");
    assertThat(session("{session:{dmScope:'" + scope + "'}}", message)).isEqualTo(key);
  }

  @Test
  void directChatsGoToTheMainSessionWhereNothingIsSaid() {
    assertThat(session("{}", message(ChatKind.DIRECT, "D1", null, "ann")))
        .isEqualTo("agent:main:home");
  }

  @Test
  void groupsAndTheirThreadsHaveSessionsOfTheirOwnWhateverTheScope() {
    String document = "{session:{dmScope:'main'}}";
    assertThat(session(document, message(ChatKind.CHANNEL, "C1", null, "ann")))
        .isEqualTo("agent:main:slack:channel:C1");
    assertThat(session(document, message(ChatKind.GROUP, "G1", null, "ann")))
        .isEqualTo("agent:main:slack:group:G1");
    assertThat(session(document, message(ChatKind.CHANNEL, "C1", "12.5", "ann")))
        .isEqualTo("agent:main:slack:channel:C1:thread:12.5");
    assertThat(
            Routing.session(
                Json.object(),
                new TelegramProvider(),
                account("telegram", "default"),
                message(ChatKind.GROUP, "-5", "9", "ann"),
                true,
                new Sessions()))
        .isEqualTo("agent:main:telegram:group:-5:topic:9");
  }

  @ParameterizedTest
  @CsvSource({
    "slack, work, DIRECT, D1, ann, anns",
    "slack, work, DIRECT, D1, eve, works",
    "slack, home, DIRECT, D1, eve, any",
    "slack, home, DIRECT, D1, bob, homes",
    "slack, work, DIRECT, D1, bob, works",
    "slack, home, DIRECT, ann, eve, any",
    "slack, work, CHANNEL, C1, ann, rooms",
    "slack, work, GROUP, C1, ann, groups",
    "slack, work, CHANNEL, C2, ann, works",
    "telegram, any, DIRECT, 1, ann, everywhere",
    "webhook, any, DIRECT, 1, ann, ",
    "pigeon, any, DIRECT, 1, ann, "
  })
  void theBindingThatFitsBestNamesTheAgent(
      String channel, String account, ChatKind kind, String chat, String sender, String agent) {
    assertThat(
            Routing.agent(
                Json5.parse(BINDINGS),
                account(channel, account),
                message(kind, chat, null, sender)))
        .isEqualTo(agent);
  }

  @Test
  void anAgentThatIsBoundHasTheSession() {
    assertThat(session(BINDINGS, message(ChatKind.CHANNEL, "C1", "12.5", "eve")))
        .isEqualTo("agent:rooms:slack:channel:C1:thread:12.5");
    assertThat(session(BINDINGS, message(ChatKind.DIRECT, "D1", null, "ann")))
        .isEqualTo("agent:anns:home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "per-peer", "per-account-channel-peer"})
  void whomNobodyLetInHasAConversationOfTheirOwn(String scope) {
    assertThat(
            Routing.session(
                (ObjectNode) Json5.parse("{session:{dmScope:'" + scope + "'}}"),
                new SlackProvider(),
                account("slack", "work"),
                message(ChatKind.DIRECT, "D1", null, "ann"),
                false,
                new Sessions()))
        .isEqualTo("agent:main:slack:work:dm:ann");
  }
}
