package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.auth.GuessMemory;
import dev.krabkrab.gateway.auth.GuessNews;
import dev.krabkrab.gateway.cluster.message.ClusterMessage.SecretGuessed;
import dev.krabkrab.gateway.redis.RedisLink;

/** Carries news of wrong secrets between instances. */
final class GuessTalk {
  private GuessTalk() {}

  /** A memory for this instance that follows what the others tell. */
  static GuessMemory follow(Core core) {
    GuessMemory memory = new GuessMemory(core.clock());
    core.backplane().on(SecretGuessed.class, news -> memory.heard(read(news.message())));
    core.backplane().onResync(memory::missedNews);
    return memory;
  }

  /** Tells the others, behind what was written over the same connection. */
  static void tell(Core core, RedisLink link, GuessNews news) {
    core.backplane()
        .publish(link, new SecretGuessed(news.subject(), news.suspectMs(), news.lockedMs()));
  }

  private static GuessNews read(SecretGuessed message) {
    return new GuessNews(message.subject(), message.suspectMs(), message.lockedMs());
  }
}
