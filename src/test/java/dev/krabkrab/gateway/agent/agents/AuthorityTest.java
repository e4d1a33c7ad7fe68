package dev.krabkrab.gateway.agent.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthorityTest {
  @Test
  void isThatOfWhoeverAsks() {
    Caller far =
        Caller.inside("c", "http", Set.of("operator.write"), 0)
            .onBehalf("token:x#1", "203.0.113.9", false);
    Authority authority = Authority.of(far);
    assertThat(Authority.of(authority.toJson())).isEqualTo(authority);
    Caller hands = authority.caller("run:1", "gateway-agent", null, 0);
    assertThat(hands.scopes()).containsExactly("operator.write");
    assertThat(hands.user()).isEqualTo("token:x");
    assertThat(hands.remoteIp()).isEqualTo("203.0.113.9");
    assertThat(hands.local()).isFalse();
  }

  /** A machine has tools only where it is said so; what is not said gives nothing. */
  @Test
  void nobodyHasMoreByLeavingSomethingOut() {
    assertThat(Authority.of(Caller.machine("1", "node n (1)", false, 0)).scopes()).isEmpty();
    assertThat(Authority.of(Caller.machine("1", "node n (1)", true, 0)).scopes())
        .containsExactly("operator.write");
    assertThat(Authority.of(Caller.machine("1", "node n (1)", true, 0)).source())
        .isEqualTo("node n (1)");
    assertThat(Authority.of(Json.object()).scopes()).isEmpty();
    assertThat(Authority.of(Json.object()).local()).isFalse();
  }
}
