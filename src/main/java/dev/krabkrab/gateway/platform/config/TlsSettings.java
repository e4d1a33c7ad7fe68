package dev.krabkrab.gateway.platform.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an instance serves TLS. Protocol 01e §12.1.
 *
 * @param enabled the port speaks TLS only
 * @param autoGenerate make a self-signed pair when neither file exists
 * @param certPath certificate chain, PEM
 * @param keyPath private key, PEM
 * @param caPath bundle handed to the TLS stack, PEM; clients are asked for nothing
 * @param minVersion oldest version taken: {@code 1.3} or {@code 1.2}
 */
public record TlsSettings(
    boolean enabled,
    boolean autoGenerate,
    Path certPath,
    Path keyPath,
    @Nullable Path caPath,
    String minVersion) {

  /** Names of the accepted versions, as TLS stacks spell them. */
  public List<String> protocols() {
    return minVersion.equals("1.2") ? List.of("TLSv1.2", "TLSv1.3") : List.of("TLSv1.3");
  }

  static TlsSettings load(Sources sources, Path stateDir, Path home) {
    Setting cert = sources.find("gateway.tls.certPath", "tls-cert", "KRABKRAB_TLS_CERT");
    Setting key = sources.find("gateway.tls.keyPath", "tls-key", "KRABKRAB_TLS_KEY");
    Setting version =
        sources.find("gateway.tls.minVersion", "tls-min-version", "KRABKRAB_TLS_MIN_VERSION");
    String oldest = version.text();
    if (oldest != null && !List.of("1.2", "1.3").contains(oldest)) {
      throw version.refused("1.2 or 1.3");
    }
    Path folder = stateDir.resolve("gateway").resolve("tls");
    // Naming a certificate by flag or environment says enough; a file says it with "enabled".
    boolean implied = cert.given() && !cert.typed();
    return new TlsSettings(
        sources.find("gateway.tls.enabled", "tls", "KRABKRAB_TLS").flag(implied),
        sources.find("gateway.tls.autoGenerate", null).flag(true),
        Paths.of(cert, home, folder.resolve("gateway-cert.pem")),
        Paths.of(key, home, folder.resolve("gateway-key.pem")),
        Paths.orNull(sources.find("gateway.tls.caPath", null, "KRABKRAB_TLS_CA"), home),
        oldest == null ? "1.3" : oldest);
  }
}
