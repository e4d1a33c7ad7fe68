package dev.krabkrab.gateway.agent.media;

import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps files for a short time where every instance serves them, under names that cannot be
 * guessed: who knows a name may read the file. Safe from any thread. Protocol 03 §16, §27.
 */
public final class MediaService {
  /** Path of every file on the port of the clients. */
  public static final String PATH = "/media/";

  /** The largest file, in bytes. */
  public static final int LARGEST = 8 * 1024 * 1024;

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}\\.[a-z0-9]{1,8}");

  private final MediaStore store;
  private final Ids ids;

  public MediaService(RedisLink link, Ids ids) {
    this.store = new MediaStore(link);
    this.ids = ids;
  }

  /**
   * Keeps a file.
   *
   * @param extension of its name: 1 to 8 of {@code a-z0-9}
   * @param lifeMs how long, in milliseconds
   * @return its path on the port of the clients, on any instance
   * @throws IllegalArgumentException when it is larger than {@link #LARGEST}
   */
  public Future<String> keep(MediaFile file, String extension, long lifeMs) {
    if (file.content().length() > LARGEST) {
      throw new IllegalArgumentException("file too large (max " + LARGEST + " bytes)");
    }
    String name = ids.uuid() + "." + extension;
    return store.keep(name, file, lifeMs).map(PATH + name);
  }

  /** The file of a path, while it is kept. */
  public Future<Optional<MediaFile>> find(String path) {
    String name = path.startsWith(PATH) ? path.substring(PATH.length()) : "";
    return NAME.matcher(name).matches()
        ? store.find(name)
        : Future.succeededFuture(Optional.empty());
  }
}
