package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code krabkrab console} makes a link by which one browser gets in. */
class ConsoleLinkIT {
  private static final String CONFIG =
      "{gateway:{auth:{token:'" + Cluster.TOKEN + "'},controlUi:{%s}}}";

  @Test
  void theLinkLetsOneBrowserInOnce(@TempDir Path home) {
    try (Cluster cluster = Cluster.of(2, CONFIG.formatted("basePath:'/gw'"))) {
      Cli cli = new Cli(home, cluster.instance(0).url());
      assertThat(cli.run("console", "--json")).isZero();
      JsonNode made = cli.json();
      URI link = URI.create(made.path("url").asText());
      assertThat(link.getScheme()).isEqualTo("http");
      assertThat(link.getPort()).isEqualTo(cluster.port(0));
      assertThat(link.getPath()).isEqualTo("/gw/console/");
      assertThat(link.getFragment()).startsWith("b=kkb_");
      assertThat(made.path("opened").asBoolean()).isFalse();

      Connect connect =
          Connect.operator(4)
              .client("openclaw-control-ui", "webchat")
              .scopes("operator.read", "operator.approvals", "operator.pairing", "operator.admin")
              .auth("bootstrapToken", link.getFragment().substring(2));
      String origin = "Origin: http://127.0.0.1:" + cluster.port(1);
      try (Peer page = Peer.open(cluster.port(1), origin, Cluster.REMOTE)) {
        JsonNode hello = page.hello(connect.device(DeviceKeys.fresh()));
        assertThat(hello.at("/auth/scopes").toString())
            .isEqualTo("[\"operator.read\",\"operator.approvals\",\"operator.pairing\"]");
        assertThat(hello.at("/auth/deviceToken").asText()).isNotEmpty();
      }
      try (Peer again = Peer.open(cluster.port(1), origin, Cluster.REMOTE)) {
        JsonNode refused = again.connect(connect.device(DeviceKeys.fresh()));
        assertThat(refused.at("/error/details/code").asText())
            .isEqualTo("AUTH_BOOTSTRAP_TOKEN_INVALID");
      }
    }
  }

  @Test
  void moreIsGivenWhereItIsAskedFor(@TempDir Path home) {
    try (Cluster cluster = Cluster.of(1, CONFIG.formatted(""))) {
      Cli cli = new Cli(home, cluster.instance(0).url());
      assertThat(cli.run("console", "--admin", "--json")).isZero();
      assertThat(cli.json().path("scopes").toString()).contains("operator.admin");
      assertThat(cli.run("console", "--print")).isZero();
      assertThat(cli.out())
          .startsWith("http://127.0.0.1:" + cluster.port(0) + "/console/#b=kkb_")
          .contains("once");
    }
  }

  @Test
  void whereThereIsNoConsoleThereIsNoLink(@TempDir Path home) {
    try (Cluster cluster = Cluster.of(1, CONFIG.formatted("enabled:false"))) {
      Cli cli = new Cli(home, cluster.instance(0).url());
      assertThat(cli.run("console")).isEqualTo(1);
      assertThat(cli.err()).contains("no console").contains("gateway.controlUi.enabled");
      assertThat(cli.out()).isEmpty();
    }
  }
}
