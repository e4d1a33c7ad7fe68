package dev.krabkrab.gateway.platform.config;

import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.net.HttpProxy;
import dev.krabkrab.gateway.platform.net.NoProxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the way out: {@code gateway.proxy}, or else the variables of other programs, {@code
 * HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}.
 */
final class ProxySettings {
  private static final String URL = "gateway.proxy.url";
  private static final String EXCEPT = "gateway.proxy.noProxy";

  /** In place of an address: no proxy, whatever other programs are told. */
  private static final String NONE = "none";

  private ProxySettings() {}

  static Egress load(Sources from) {
    Setting own = from.find(URL, null, "KRABKRAB_PROXY_URL");
    if (NONE.equals(own.text())) {
      return Egress.DIRECT;
    }
    HttpProxy both = proxy(own);
    HttpProxy secure = both == null ? proxy(other(from, "HTTPS_PROXY")) : both;
    HttpProxy plain = both == null ? proxy(other(from, "HTTP_PROXY")) : both;
    return secure == null && plain == null
        ? Egress.DIRECT
        : new Egress(secure, plain, exceptions(from));
  }

  /** A setting under which the value of a variable is known that other programs read too. */
  private static Setting other(Sources from, String variable) {
    Setting found = from.environment(URL, List.of(variable));
    return found == null ? new Setting(URL, null, "", false) : found;
  }

  private static @Nullable HttpProxy proxy(Setting setting) {
    String text = setting.text();
    if (text == null) {
      return null;
    }
    HttpProxy proxy = HttpProxy.parse(text);
    if (proxy == null) {
      throw setting.refused(HttpProxy.FORM);
    }
    if (setting.typed() && proxy.user() != null) {
      throw setting.refused(
          "without user and password: KRABKRAB_PROXY_URL or KRABKRAB_PROXY_URL_FILE may have them");
    }
    return proxy;
  }

  private static NoProxy exceptions(Sources from) {
    Setting given = from.find(EXCEPT, null, "KRABKRAB_NO_PROXY");
    if (!given.given()) {
      Setting usual = from.environment(EXCEPT, List.of("NO_PROXY"));
      given = usual == null ? given : usual;
    }
    List<String> entries = new ArrayList<>(given.texts());
    NoProxy read = NoProxy.parse(entries);
    if (read == null) {
      throw given.refused(NoProxy.FORM);
    }
    String cluster = from.environment().getOrDefault("KUBERNETES_SERVICE_HOST", "").strip();
    entries.add(cluster);
    NoProxy withCluster = NoProxy.parse(entries);
    return withCluster == null ? read : withCluster;
  }
}
