package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes that come with the token of a Kubernetes service account, which the API server signed for
 * the gateway. The API server here is the tests' own; its keys are behind its own certificate and
 * for callers with a service account only, as they are there.
 */
@Timeout(60)
class KubernetesTokenIT {
  private static final String AUDIENCE = "krabkrab-gateway";
  private static final String BUILDER = "system:serviceaccount:nodes:builder";
  private static final String OWN_TOKEN = "token-of-the-gateway-itself";

  private static final String PASSWORD = "only-for-this-test";

  @TempDir Path folder;

  @Test
  void aNodeOfTheRightAccountIsPairedByItselfAndAnotherIsNot() throws Exception {
    try (IdentityProvider api = apiServer();
        Cluster cluster = Cluster.of(2, config(api, "ca.crt"), environment())) {
      IdentityProvider.Key key = api.publish("api-1", "RS256");
      DeviceKeys device = DeviceKeys.fresh();
      for (int instance = 0; instance < 2; instance++) {
        Connect node = Connect.node(4).device(device).token(token(api, key, BUILDER));
        try (Peer peer = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
          assertThat(peer.hello(node).at("/auth/role").asText()).isEqualTo("node");
        }
      }
      String other = token(api, key, "system:serviceaccount:shop:web");
      try (Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        assertThat(
                peer.connect(Connect.node(4).device(DeviceKeys.fresh()).token(other))
                    .at("/error/details/code")
                    .asText())
            .isEqualTo("AUTH_VERIFIED_USER_REQUIRED");
      }
      try (Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
        Connect operator = Connect.operator(4).device(DeviceKeys.fresh());
        assertThat(peer.connect(operator.token(token(api, key, BUILDER))).path("ok").asBoolean())
            .isFalse();
      }
    }
  }

  @Test
  void anApiServerWithAnotherCertificateIsNotBelieved() throws Exception {
    Path foreign = folder.resolve("foreign.crt");
    certificate(folder.resolve("foreign.p12"), foreign);
    try (IdentityProvider api = apiServer();
        Cluster cluster = Cluster.of(1, config(api, "foreign.crt"), environment());
        Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
      IdentityProvider.Key key = api.publish("api-1", "RS256");
      Connect node = Connect.node(4).device(DeviceKeys.fresh()).token(token(api, key, BUILDER));
      assertThat(peer.connect(node).at("/error/code").asText()).isEqualTo("UNAVAILABLE");
      assertThat(api.reads()).isZero();
    }
  }

  private Map<String, String> environment() throws Exception {
    Files.writeString(folder.resolve("token"), OWN_TOKEN + "\n");
    return Map.of("KRABKRAB_ISSUER_FILES", folder.toString());
  }

  private static String config(IdentityProvider api, String ca) {
    return """
    {gateway:{auth:{mode:'jwt',jwt:{issuers:[{name:'k8s',
      issuer:'https://kubernetes.default.svc.cluster.local',jwksUri:'%s',audience:'%s',
      allowUsers:['system:serviceaccount:nodes:*'],roles:['node'],pairDevices:true,
      caFile:'%s',tokenFile:'token'}]}}}}\
    """
        .formatted(api.keysUri(), AUDIENCE, ca);
  }

  private IdentityProvider apiServer() throws Exception {
    Path store = folder.resolve("api.p12");
    certificate(store, folder.resolve("ca.crt"));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    return IdentityProvider.startSecure(tls, OWN_TOKEN);
  }

  /** Makes a key with a certificate for the loopback address, which signs itself. */
  private static void certificate(Path store, Path certificate) throws Exception {
    keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=api", "-ext", "san=ip:127.0.0.1");
    keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "api", "-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  /** As a projected volume holds it. */
  private static String token(IdentityProvider api, IdentityProvider.Key key, String account) {
    ObjectNode claims =
        api.claims(account, AUDIENCE).put("iss", "https://kubernetes.default.svc.cluster.local");
    claims.putArray("aud").add(AUDIENCE);
    claims
        .putObject("kubernetes.io")
        .put("namespace", "nodes")
        .set("pod", Json.object().put("name", "builder-7"));
    return IdentityProvider.sign(key, claims);
  }
}
