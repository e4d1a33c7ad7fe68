package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.Ids;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Invoke ids that tell which instance waits for the answer: UUIDs whose first group is derived from
 * the instance. So a result can find its way from any instance, without a record in Redis.
 */
final class InvokeIds {
  private static final int GROUP = 8;

  private final Ids ids;
  private final String tag;

  InvokeIds(Ids ids, String instance) {
    this.ids = ids;
    this.tag = tag(instance);
  }

  String fresh() {
    return tag + ids.uuid().substring(GROUP);
  }

  /** The instance, of those given, that the id comes from. */
  static Optional<String> origin(String invokeId, Collection<String> instances) {
    return instances.stream().filter(instance -> invokeId.startsWith(tag(instance))).findFirst();
  }

  private static String tag(String instance) {
    CRC32 sum = new CRC32();
    sum.update(instance.getBytes(StandardCharsets.UTF_8));
    return String.format(java.util.Locale.ROOT, "%08x", sum.getValue());
  }
}
