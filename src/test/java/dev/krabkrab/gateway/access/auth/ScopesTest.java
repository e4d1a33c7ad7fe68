package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScopesTest {
  @Test
  void normaliseTrimsAndKeepsTheFirstOfEach() {
    assertThat(Scopes.normalise(List.of(" b", "a", "b ", "", "  "))).containsExactly("b", "a");
    assertThat(Scopes.sorted(List.of(" b", "a", "b "))).containsExactly("a", "b");
  }

  @Test
  void separatorsAndControlCharactersAreUnclean() {
    for (String scope : List.of("a|b", "a,b", "a\nb", "a\u0000", "a\u0085")) {
      assertThat(Scopes.firstUnclean(List.of("fine", scope))).contains(scope);
    }
    assertThat(Scopes.firstUnclean(List.of("operator.read", "ünï code"))).isEmpty();
  }

  @Test
  void adminCoversEveryOperatorScopeAndNothingElse() {
    assertThat(Scopes.covers(List.of(Scope.ADMIN), "operator.anything")).isTrue();
    assertThat(Scopes.covers(List.of(Scope.ADMIN), "vendor.thing")).isFalse();
  }

  @Test
  void writeCoversReadButNotTheOtherWayRound() {
    assertThat(Scopes.covers(List.of(Scope.WRITE), Scope.READ)).isTrue();
    assertThat(Scopes.covers(List.of(Scope.READ), Scope.WRITE)).isFalse();
    assertThat(Scopes.covers(List.of(Scope.WRITE), Scope.PAIRING)).isFalse();
  }

  @Test
  void firstMissingNamesTheScope() {
    assertThat(Scopes.firstMissing(List.of(Scope.WRITE), List.of(Scope.READ, Scope.ADMIN)))
        .contains(Scope.ADMIN);
    assertThat(Scopes.firstMissing(List.of(), List.of())).isEmpty();
  }

  @Test
  void rolesAreExactWords() {
    assertThat(Role.of("node")).contains(Role.NODE);
    assertThat(Role.of("Operator")).isEmpty();
  }
}
