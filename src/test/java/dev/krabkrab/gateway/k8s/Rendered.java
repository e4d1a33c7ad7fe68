package dev.krabkrab.gateway.k8s;

import java.nio.file.Path;
import java.util.stream.Stream;

/** What somebody applies: the overlays, and some with a component. */
final class Rendered {
  /** Of {@link #all}, for parameterized tests. */
  static final String ALL = "dev.krabkrab.gateway.k8s.Rendered#all";

  static final Manifests DEV = render("k8s/overlays/dev");
  static final Manifests PRODUCTION = render("k8s/overlays/production");
  static final Manifests WITH_TLS = render("src/test/k8s/tls");
  static final Manifests WITH_ISSUERS = render("src/test/k8s/issuers");
  static final Manifests WITH_EVERYTHING = render("src/test/k8s/everything");
  static final Manifests WITH_HAPROXY = render("src/test/k8s/haproxy");
  static final Manifests WITH_TRAEFIK = render("src/test/k8s/traefik");

  private Rendered() {}

  static Stream<Manifests> all() {
    return Stream.of(
        DEV, PRODUCTION, WITH_TLS, WITH_ISSUERS, WITH_EVERYTHING, WITH_HAPROXY, WITH_TRAEFIK);
  }

  private static Manifests render(String folder) {
    return Manifests.of(Kustomization.render(Path.of(folder)));
  }
}
