package dev.krabkrab.gateway.agent.tools;

import dev.krabkrab.gateway.agent.tools.FetchService.Limits;
import dev.krabkrab.gateway.platform.net.BoundedHttp;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file from anywhere in the public network, or from where an entry of {@code
 * tools.httpFetch.allow} names the private address itself.
 */
record FileFetchPolicy(FetchRules rules, Limits limits) implements FetchPolicy {
  @Override
  public @Nullable String objection(FetchTarget target) {
    return null;
  }

  @Override
  public boolean allows(FetchTarget target, InetAddress address) {
    return rules.allows(target, address);
  }

  @Override
  public @Nullable String objection(BoundedHttp.Head head) {
    if (head.status() != 200) {
      return "the server answered with status " + head.status();
    }
    String type = FetchService.mediaType(head.header("content-type"));
    if (!limits.types().contains(type)) {
      return FetchService.unsupported(limits.what(), type);
    }
    long announced = announced(head.header("content-length"));
    return announced > limits.maxBytes()
        ? FetchService.tooLarge(limits.what(), announced, limits.maxBytes())
        : null;
  }

  private static long announced(@Nullable String length) {
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public String accept() {
    return String.join(", ", limits.types().stream().sorted().toList()).toLowerCase(Locale.ROOT);
  }

  @Override
  public int timeoutMs() {
    return limits.timeoutMs();
  }

  @Override
  public int maxBytes() {
    return limits.maxBytes();
  }

  @Override
  public int redirects() {
    return limits.redirects();
  }
}
