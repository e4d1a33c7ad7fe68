package dev.krabkrab.gateway.access.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What claims are worth, and where keys may come from. */
class ScopeGrantTest {
  private static final Map<String, List<String>> BY_VALUE =
      Map.of("admins", List.of("operator.admin"), "readers", List.of("operator.read"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "groups | {groups:['readers','others','admins']} | operator.read operator.admin",
        "groups | {groups:'readers  admins'} | operator.read operator.admin",
        "groups | {groups:'readersadmins'} |",
        "groups | {other:['admins']} |",
        "groups | {groups:{admins:true}} |",
        "groups | {groups:['operator.admin']} |",
        "realm_access.roles | {realm_access:{roles:['admins']}} | operator.admin",
        "https://x.example/roles | {'https://x.example/roles':['admins']} | operator.admin",
        "a.b | {'a.b':['readers'],a:{b:['admins']}} | operator.read",
      })
  void onlyWhatIsNamedIsGranted(String claim, String claims, String scopes) {
    ScopeGrant grant = new ScopeGrant(List.of(), claim, BY_VALUE);
    assertThat(String.join(" ", grant.of(json(claims)))).isEqualTo(scopes == null ? "" : scopes);
  }

  @Test
  void everybodysScopesComeBesideThose() {
    ScopeGrant grant = new ScopeGrant(List.of("operator.read"), "groups", BY_VALUE);
    assertThat(grant.of(json("{groups:['readers','admins']}")))
        .containsExactly("operator.read", "operator.admin");
    assertThat(grant.of(json("{}"))).containsExactly("operator.read");
  }

  @ParameterizedTest
  @CsvSource({
    "https://keys.example/jwks, true",
    "HTTPS://keys.example, true",
    "http://localhost:8080/jwks, true",
    "http://127.0.0.1/jwks, true",
    "http://[::1]:8080/jwks, true",
    "http://keys.example/jwks, false",
    "http://localhost.evil.example/jwks, false",
    "http://127.0.0.1.evil.example, false",
    "http://localhost@evil.example/, false",
    "http://127.0.0.1:80@evil.example/, false",
    "http://[::1].evil.example/, false",
    "file:///etc/keys, false",
    "'', false",
  })
  void keysComeBySafeWaysOnly(String address, boolean safe) {
    assertThat(KeySource.isSafe(address)).isEqualTo(safe);
  }

  @ParameterizedTest
  @CsvSource({"a.b", "a.b.", "a.b.c.d", "e30.e30.", "!.e30.x", "e30.W10.x", "e30.x.x"})
  void whatIsNoTokenIsNotRead(String text) {
    assertThat(JwtText.read(text)).isEmpty();
  }

  @Test
  void aTokenThatIsTooLongIsNotRead() {
    assertThat(JwtText.read("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJpIn0." + "A".repeat(8))).isPresent();
    assertThat(JwtText.read("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJpIn0." + "A".repeat(20_000)))
        .isEmpty();
  }

  private static JsonNode json(String text) {
    return Json5.parse(text);
  }
}
