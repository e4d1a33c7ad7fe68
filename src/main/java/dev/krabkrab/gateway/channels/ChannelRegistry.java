package dev.krabkrab.gateway.channels;

import java.util.List;
import java.util.Optional;

/** The channels this gateway has, in the order in which they are shown. */
@FunctionalInterface
public interface ChannelRegistry {
  /** A gateway without channels. */
  ChannelRegistry NONE = List::of;

  /** All of them. */
  List<Channel> all();

  /** The one of that id. */
  default Optional<Channel> find(String id) {
    return all().stream().filter(channel -> channel.id().equals(id)).findFirst();
  }
}
