package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.channel.SenderRules.Verdict;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SenderRulesTest {

  private static ChannelAccount account(String settings) {
    return new ChannelAccount("slack", "work", (ObjectNode) Json5.parse(settings), false);
  }

  private static SenderRules rules(String settings) {
    return SenderRules.of(account(settings), "pairing");
  }

  private static InboundMessage message(
      ChatKind kind, String chat, String sender, boolean addressed) {
    return new InboundMessage(
        "1", kind, chat, null, sender, sender, Said.of("hi"), addressed, List.of());
  }

  private static InboundMessage direct(String sender) {
    return message(ChatKind.DIRECT, "D1", sender, true);
  }

  private static InboundMessage group(String chat, String sender) {
    return message(ChatKind.GROUP, chat, sender, true);
  }

  @ParameterizedTest
  @CsvSource({
    "pairing, STRANGER, WELCOME, WELCOME",
    "allowlist, IGNORED, WELCOME, WELCOME",
    "open, WELCOME, WELCOME, WELCOME",
    "disabled, IGNORED, IGNORED, IGNORED",
    "OPEN, WELCOME, WELCOME, WELCOME"
  })
  void whoMayWriteDirectlyIsAMatterOfPolicy(
      String policy, Verdict stranger, Verdict listed, Verdict admitted) {
    SenderRules rules = rules("{dmPolicy:'" + policy + "',allowFrom:['ann',7]}");
    assertThat(rules.judge(direct("eve"), false)).isEqualTo(stranger);
    assertThat(rules.judge(direct("ann"), false)).isEqualTo(listed);
    assertThat(rules.judge(direct("7"), false)).isEqualTo(listed);
    assertThat(rules.judge(direct("eve"), true)).isEqualTo(admitted);
  }

  @ParameterizedTest
  @CsvSource({
    "allowlist, WELCOME, IGNORED",
    "pairing, WELCOME, IGNORED",
    "open, WELCOME, WELCOME",
    "disabled, IGNORED, IGNORED"
  })
  void whichGroupsAreListenedToIsAMatterOfPolicy(String policy, Verdict listed, Verdict other) {
    SenderRules rules = rules("{groupPolicy:'" + policy + "',groups:['G1',-5]}");
    assertThat(rules.judge(group("G1", "eve"), false)).isEqualTo(listed);
    assertThat(rules.judge(group("-5", "eve"), false)).isEqualTo(listed);
    assertThat(rules.judge(group("G2", "eve"), false)).isEqualTo(other);
    assertThat(rules.judge(message(ChatKind.CHANNEL, "G2", "eve", true), true)).isEqualTo(other);
  }

  @Test
  void withoutSettingsStrangersAskAndGroupsAreNotHeard() {
    SenderRules rules = rules("{}");
    assertThat(rules.judge(direct("eve"), false)).isEqualTo(Verdict.STRANGER);
    assertThat(rules.judge(direct("eve"), true)).isEqualTo(Verdict.WELCOME);
    assertThat(rules.judge(group("G1", "eve"), true)).isEqualTo(Verdict.IGNORED);
    assertThat(rules.isTrusted("eve")).isFalse();
    assertThat(SenderRules.of(account("{}"), "open").judge(direct("eve"), false))
        .isEqualTo(Verdict.WELCOME);
  }

  @Test
  void everybodyMayTalkAndNobodyIsTrustedByAStar() {
    SenderRules rules = rules("{dmPolicy:'allowlist',allowFrom:['*'],groups:['*']}");
    assertThat(rules.judge(direct("eve"), false)).isEqualTo(Verdict.WELCOME);
    assertThat(rules.judge(group("G9", "eve"), false)).isEqualTo(Verdict.WELCOME);
    assertThat(rules.isTrusted("eve")).isFalse();
    assertThat(rules.isTrusted("*")).isFalse();
  }

  @Test
  void inGroupsOnlyWhoIsListedThereAndTheOperatorsMayTalk() {
    SenderRules rules = rules("{groups:['G1'],groupAllowFrom:['bob'],allowFrom:['ann']}");
    assertThat(rules.judge(group("G1", "bob"), false)).isEqualTo(Verdict.WELCOME);
    assertThat(rules.judge(group("G1", "ann"), false)).isEqualTo(Verdict.WELCOME);
    assertThat(rules.judge(group("G1", "eve"), false)).isEqualTo(Verdict.IGNORED);
    assertThat(rules.judge(group("G1", "eve"), true)).isEqualTo(Verdict.IGNORED);
    assertThat(rules("{groups:['G1'],groupAllowFrom:['*']}").judge(group("G1", "eve"), false))
        .isEqualTo(Verdict.WELCOME);
  }

  @Test
  void inGroupsOnlyWhatIsMeantForItIsHeardUnlessSaidOtherwise() {
    InboundMessage among = message(ChatKind.GROUP, "G1", "eve", false);
    assertThat(rules("{groups:['G1']}").judge(among, false)).isEqualTo(Verdict.IGNORED);
    assertThat(rules("{groups:['G1'],requireMention:false}").judge(among, false))
        .isEqualTo(Verdict.WELCOME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dmPolicy", "groupPolicy"})
  void aPolicyThatThereIsNotNamesItsSetting(String name) {
    ChannelAccount account = account("{" + name + ":'friends'}");
    assertThatThrownBy(() -> SenderRules.of(account, "pairing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "channels.slack.accounts.work."
                + name
                + " must be pairing, allowlist, open or disabled, not friends");
  }
}
