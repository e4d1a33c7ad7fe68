package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes down who let people in or sent them away; nobody is answered before. Safe from any thread.
 */
public interface PeopleTrail {
  /**
   * A judgement of a person.
   *
   * @param admitted let in, rather than sent away
   * @param name as the person gave it; blank when it is not known
   */
  record Judgement(boolean admitted, Caller by, ChannelPerson person, String name) {}

  /**
   * Judges somebody and takes that down; nobody is judged while it could not be.
   *
   * @param wanted what it is about, as far as it is known before; a code may stand for the person
   * @param judgement of the step's result; null when nobody was judged
   */
  <T extends @Nullable Object> Future<T> entering(
      Judgement wanted, Supplier<Future<T>> step, Function<T, @Nullable Judgement> judgement);
}
