package dev.krabkrab.gateway.access.auth.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings keep everybody out. */
class LockoutTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{} ~ gateway.auth.token",
        "{mode:'token'} ~ gateway.auth.token",
        "{mode:'token',token:' '} ~ gateway.auth.token",
        "{mode:'token',token:'(hidden)'} ~ gateway.auth.token",
        "{mode:'token',token:'${X}'} ~ gateway.auth.token",
        "{mode:'token',password:'p'} ~ gateway.auth.token",
        "{mode:'token',tokens:[]} ~ gateway.auth.token",
        "{mode:'token',tokens:[{name:'a'}]} ~ gateway.auth.token",
        "{mode:'token',tokens:[{name:'a',token:'0123456789abcdef',scopes:[],roles:[]}]} ~"
            + " gateway.auth.tokens",
        "{mode:'password'} ~ gateway.auth.password",
        "{mode:'password',token:'t'} ~ gateway.auth.password",
        "{mode:'password',password:''} ~ gateway.auth.password",
        "{mode:'trusted-proxy'} ~ gateway.auth.trustedProxy",
        "{mode:'trusted-proxy',trustedProxy:{}} ~ gateway.auth.trustedProxy",
        "{mode:'trusted-proxy',trustedProxy:{userHeader:' '}} ~ gateway.auth.trustedProxy",
        "{mode:'trusted-proxy',trustedProxy:{userHeader:'x-user',roles:[]}} ~"
            + " gateway.auth.trustedProxy.roles",
        "{mode:'jwt'} ~ gateway.auth.jwt.issuers",
        "{mode:'jwt',token:'t',password:'p'} ~ gateway.auth.jwt.issuers",
        "{mode:'jwt',jwt:{issuers:[]}} ~ gateway.auth.jwt.issuers",
        "{mode:'jwt',jwt:{issuers:[{name:'a'}]}} ~ gateway.auth.jwt.issuers",
        "{mode:'jwt',jwt:{issuers:[{name:'a',issuer:'https://x.example',audience:'k',roles:[]}]}} ~"
            + " gateway.auth.jwt.issuers",
      })
  void nobodyComesIn(String auth, String path) {
    assertThat(of(auth).map(Lockout::path)).contains(path);
    assertThat(of(auth).orElseThrow().message()).contains("nobody comes in");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{token:'t'}",
        "{password:'p'}",
        "{mode:'none'}",
        "{mode:'token',tokens:[{name:'a',token:'0123456789abcdef',scopes:[]}]}",
        "{mode:'trusted-proxy',trustedProxy:{userHeader:'x-user'}}",
        "{mode:'jwt',jwt:{issuers:[{name:'a',issuer:'https://x.example',audience:'k'}]}}",
      })
  void somebodyComesIn(String auth) {
    assertThat(of(auth)).isEmpty();
  }

  private static Optional<Lockout> of(String auth) {
    return Lockout.of(AuthSettings.of(Json5.parse("{gateway:{auth:" + auth + "}}")));
  }
}
