package dev.krabkrab.gateway.cli.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The clients of a run: connects them, and takes back what they were given; event loop only. */
final class Fleet {
  /** So many connect at a time while a run is prepared. */
  static final int OPENING = 8;

  private static final int REMOVING = 16;
  private static final long REMOVAL_SECONDS = 60;

  /** By which people recognise what a run that was killed left behind. */
  private static final String LABEL = "krabkrab bench";

  private final Wire wire;
  private final List<Endpoint> endpoints;
  private final int protocol;
  private final Surroundings around;
  private final Set<String> devices = new LinkedHashSet<>();
  private final Set<String> unsure = new HashSet<>();
  private final Set<Link> links = new LinkedHashSet<>();
  private int removed;

  Fleet(Wire wire, List<Endpoint> endpoints, int protocol, Surroundings around) {
    this.wire = wire;
    this.endpoints = endpoints;
    this.protocol = protocol;
    this.around = around;
  }

  /** How many devices there were. */
  int devices() {
    return devices.size() + removed;
  }

  /** How many of them the gateway has forgotten. */
  int removed() {
    return removed;
  }

  CompletableFuture<Link> operator(Device device, int slot, @Nullable String deviceToken) {
    return connect(
        new Caller(device, Caller.OPERATOR, LABEL + " " + slot, deviceToken, protocol), slot);
  }

  CompletableFuture<Link> operator(int slot) {
    return operator(around.devices().get(), slot, null);
  }

  /**
   * Several operators.
   *
   * @param from number of the first, which says to which instance it goes
   */
  CompletableFuture<List<Link>> operators(int count, int from) {
    return all(count, slot -> operator(from + slot));
  }

  /** A node, with its commands approved where that is needed. */
  CompletableFuture<Link> node(Device device, int slot) {
    return connect(new Caller(device, Caller.NODE, LABEL + " node " + slot, null, protocol), slot);
  }

  private CompletableFuture<Link> connect(Caller caller, int slot) {
    String device = caller.device().deviceId();
    boolean first = devices.add(device);
    Endpoint endpoint = endpoints.get(Math.floorMod(slot, endpoints.size()));
    Link link = wire.connect(endpoint, caller);
    links.add(link);
    return link.greeted()
        .whenComplete(
            (greeted, failure) -> {
              if (failure != null) {
                links.remove(link);
                refused(device, first, Refusal.code(failure));
              }
            });
  }

  /** Who was told no has nothing to be taken back; who was told nothing, perhaps. */
  private void refused(String device, boolean first, String code) {
    if (first && code.startsWith(Link.CLOSED)) {
      unsure.add(device);
    } else if (first) {
      devices.remove(device);
    }
  }

  /** Connects so many, a few at a time, and fails with the first that fails. */
  CompletableFuture<List<Link>> all(int count, IntFunction<CompletableFuture<Link>> connecting) {
    List<Link> made = new ArrayList<>();
    CompletableFuture<List<Link>> done = new CompletableFuture<>();
    int[] begun = new int[1];
    Runnable next =
        new Runnable() {
          @Override
          public void run() {
            if (made.size() == count) {
              done.complete(made);
            } else if (begun[0] < count && !done.isDone()) {
              connecting.apply(begun[0]++).whenComplete(this::connected);
            }
          }

          private void connected(@Nullable Link link, @Nullable Throwable failure) {
            if (link == null || failure != null) {
              done.completeExceptionally(failure == null ? new IllegalStateException() : failure);
            } else {
              made.add(link);
              // Not from here: a long chain of completions would be a deep stack.
              wire.loop().execute(this);
            }
          }
        };
    for (int i = 0; i < Math.min(count, OPENING); i++) {
      next.run();
    }
    if (count == 0) {
      done.complete(made);
    }
    return done;
  }

  /** Closes connections. */
  void close(Iterable<Link> closing) {
    for (Link link : closing) {
      link.reading(true);
      link.close();
      links.remove(link);
    }
  }

  /**
   * Closes everything and has the gateway forget every device; completed with how many are left.
   */
  CompletableFuture<Integer> cleanUp() {
    close(List.copyOf(links));
    Device last = around.devices().get();
    Caller caller = new Caller(last, Caller.OPERATOR, LABEL + " cleaning up", null, 0);
    CompletableFuture<Integer> done = new CompletableFuture<>();
    if (devices.isEmpty()) {
      done.complete(0);
      return done;
    }
    connectAny(caller, 0)
        .whenComplete(
            (link, failure) -> {
              if (link == null) {
                done.complete(devices.size());
              } else {
                remove(link, last.deviceId(), done);
              }
            });
    return done.completeOnTimeout(devices.size(), REMOVAL_SECONDS, TimeUnit.SECONDS);
  }

  private CompletableFuture<@Nullable Link> connectAny(Caller caller, int at) {
    return wire.connect(endpoints.get(at), caller)
        .greeted()
        .<CompletableFuture<@Nullable Link>>handle(
            (link, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(link)
                    : at + 1 < endpoints.size()
                        ? connectAny(caller, at + 1)
                        : CompletableFuture.completedFuture(null))
        .thenCompose(next -> next);
  }

  private void remove(Link link, String last, CompletableFuture<Integer> done) {
    Iterator<String> left = List.copyOf(devices).iterator();
    int[] underWay = new int[1];
    Runnable next =
        new Runnable() {
          @Override
          public void run() {
            if (left.hasNext()) {
              String device = left.next();
              underWay[0]++;
              link.request("device.pair.remove", params(device), (e, frame) -> removed(device, e));
            } else if (underWay[0] == 0) {
              // Its own device goes with its connection.
              link.request("device.pair.remove", params(last), (e, frame) -> link.close());
              link.ended().thenRun(() -> done.complete(devices.size()));
            }
          }

          private void removed(String device, @Nullable String error) {
            underWay[0]--;
            if (error == null && devices.remove(device)) {
              removed++;
            } else if (unsure.contains(device)) {
              devices.remove(device);
            }
            wire.loop().execute(this);
          }
        };
    for (int i = 0; i < REMOVING && left.hasNext(); i++) {
      next.run();
    }
  }

  private static String params(String device) {
    return "{\"deviceId\":\"" + device + "\"}";
  }
}
