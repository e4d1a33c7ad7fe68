package dev.krabkrab.gateway.agent.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys in their one form. Protocol 04 §3. */
class SessionRulesTest {

  @ParameterizedTest
  @CsvSource({
    "main, agent:main:main",
    "' main ', agent:main:main",
    "agent:main:main, agent:main:main",
    "agent:Main:x, agent:main:x",
    "agent:Some One!:x, agent:some-one:x",
    "agent:work:main, agent:work:main",
    "agent::x, agent:main:agent::x",
    "agent:main, agent:main:agent:main",
    "talk, agent:main:talk",
    "telegram:group:7, agent:main:telegram:group:7",
    "global, global",
    "unknown, unknown",
    "'  ', ''",
  })
  void aKeyHasOneForm(String key, String canonical) {
    SessionRules rules = rules("{}");
    assertThat(rules.canonical(key)).isEqualTo(canonical);
    assertThat(rules.canonical(canonical)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({
    "main, agent:work:home",
    "home, agent:work:home",
    "agent:work:main, agent:work:home",
    "agent:other:home, agent:other:home",
    "talk, agent:work:talk",
  })
  void namesAreThoseOfTheDocument(String key, String canonical) {
    SessionRules rules =
        rules("{session:{mainKey:'home'},agents:{list:[{id:'a'},{id:'Work',default:true}]}}");
    assertThat(rules.canonical(key)).isEqualTo(canonical);
  }

  @Test
  void oneMainSessionForEverybody() {
    SessionRules rules = rules("{session:{scope:'global'},agents:{list:[{id:'a'}]}}");
    assertThat(rules.canonical("main")).isEqualTo("global");
    assertThat(rules.canonical("agent:b:main")).isEqualTo("global");
    assertThat(rules.canonical("talk")).isEqualTo("agent:a:talk");
    assertThat(Json.text(rules.toJson()))
        .isEqualTo(
            "{\"defaultAgentId\":\"a\",\"mainKey\":\"main\",\"mainSessionKey\":\"global\","
                + "\"scope\":\"global\"}");
  }

  @Test
  void theModelIsTheConfiguredOne() {
    assertThat(rules("{}").model().toString()).isEqualTo("krabkrab/echo");
    assertThat(rules("{agents:{defaults:{model:'openai/m1'}}}").model().toString())
        .isEqualTo("openai/m1");
    assertThat(rules("{agents:{defaults:{model:{primary:'x/y/z'}}}}").model().toString())
        .isEqualTo("x/y/z");
  }

  private static SessionRules rules(String document) {
    return SessionRules.of(Json5.parse(document));
  }
}
