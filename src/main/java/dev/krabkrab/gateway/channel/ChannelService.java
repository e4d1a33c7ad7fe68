package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chat channels on one instance: what clients may ask of them, what people write in them, what is
 * to be said there. Made on, and for, one context, but for what says that it may be used from any
 * thread. Protocol 03 §5 to §7, §25, §26.
 */
public final class ChannelService {
  private final Context context;
  private final OutboxStore waiting;
  private final SenderStore senders;
  private final KnownPeople people;
  private final ChannelAccounts accounts;
  private final ChannelListeners listeners;
  private final Outbox outbox;
  private final MessageInbox inbox;
  private final ChannelHooks hooks;
  private final ChannelStatus status;
  private final ChannelLogout logout;
  private final ChannelSpeech speech;
  private @Nullable ChannelCommands asks;

  /**
   * Makes it on the calling context.
   *
   * @param changes writes into the gateway document
   * @param metrics of messages received and sent
   */
  public ChannelService(
      Vertx vertx,
      RedisLink link,
      Platform platform,
      ChannelChanges changes,
      ChannelMetrics metrics) {
    this.context = vertx.getOrCreateContext();
    ChannelStore store = new ChannelStore(link);
    this.waiting = new OutboxStore(link);
    this.senders = new SenderStore(link, platform.random());
    InstantSource clock = platform.clock();
    AccountActivity activity = new AccountActivity(store, metrics, clock);
    ChannelHttp http = new ChannelHttp(vertx, clock, platform.random(), platform.egress());
    this.accounts = new ChannelAccounts(providers(), http, platform::content, platform.variables());
    this.speech = new ChannelSpeech(accounts, new MovedChats(store), activity);
    this.people = new KnownPeople(accounts, senders);
    this.inbox =
        new MessageInbox(
            new ChannelStores(store, senders, waiting),
            accounts,
            (id, way, text) -> takeOn(id, Delivery.notice(way, text)),
            () -> Objects.requireNonNull(asks),
            activity);
    this.hooks = new ChannelHooks(accounts, inbox);
    this.listeners =
        new ChannelListeners(
            vertx,
            store,
            accounts,
            new ChannelListeners.Peers(platform.instance(), platform.membership()::present),
            (held, connector) -> inbox.of(held),
            activity);
    this.outbox = new Outbox(vertx, waiting, speech::speak, metrics, clock, platform.random());
    this.status = new ChannelStatus(accounts, store, clock);
    this.logout = new ChannelLogout(accounts, changes);
    accounts.refresh(listeners::leave);
  }

  private static List<ChannelProvider> providers() {
    return ServiceLoader.load(ChannelProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /** Begins to listen and to send. */
  public void start(ChannelCommands can) {
    asks = can;
    listeners.start();
    outbox.start();
  }

  /** The gateway document may have changed; may be called from any thread. */
  public void changed() {
    context.runOnContext(
        now -> {
          List<Held> before = accounts.all();
          accounts.refresh(listeners::leave);
          if (asks != null && !before.equals(accounts.all())) {
            listeners.tick();
          }
        });
  }

  /** What waits to be said, by channel, over all instances. May be called from any thread. */
  public Future<Map<String, WaitingMessages>> waitingMessages() {
    return waiting.waiting();
  }

  /** Stops to listen, for others to take over, and sends what it has begun to send. */
  public Future<Void> drain(long withinMs) {
    return there(() -> Future.join(listeners.stop(), outbox.stop(withinMs)).mapEmpty());
  }

  /**
   * Takes a message on, once for each id: it is sent as soon as the channel takes it, whatever
   * becomes of this instance. May be called from any thread.
   */
  public Future<Void> deliver(String id, DeliveryContext way, String text) {
    return takeOn(id, Delivery.of(way, text));
  }

  private Future<Void> takeOn(String id, Delivery delivery) {
    return waiting
        .put(id, delivery)
        .onSuccess(put -> context.runOnContext(now -> outbox.look()))
        .mapEmpty();
  }

  /**
   * Finds the way to somebody. May be called from any thread.
   *
   * @param channel null or {@code last} for the one used last
   * @param to null for whom was written to last
   * @param last where the conversation was last, or null
   * @return fails with {@link IllegalArgumentException} when there is none
   */
  public Future<DeliveryContext> way(
      @Nullable String channel,
      @Nullable String to,
      @Nullable String accountId,
      @Nullable DeliveryContext last) {
    return there(
        () -> {
          boolean open = channel == null || channel.equals("last");
          boolean same = last != null && (open || last.channel().equals(channel));
          if (!same && open) {
            throw new IllegalArgumentException(
                "no channel was used in this conversation yet; say channel and to");
          }
          if (!same && to == null) {
            throw new IllegalArgumentException("say to whom in " + channel + ": to is missing");
          }
          if (to == null) {
            return Future.succeededFuture(Objects.requireNonNull(last));
          }
          String in = same ? Objects.requireNonNull(last).channel() : String.valueOf(channel);
          return Future.succeededFuture(normal(new DeliveryContext(in, to, accountId, null)));
        });
  }

  /** A way with an account, and with the normal form of whom it leads to. */
  DeliveryContext normal(DeliveryContext way) {
    Held held =
        accounts
            .find(way.channel(), way.accountId())
            .orElseThrow(
                () -> new IllegalArgumentException("unsupported channel: " + way.channel()));
    return new DeliveryContext(
        way.channel(), held.speaker().target(way.to()), held.account().accountId(), way.threadId());
  }

  ChannelSpeech speech() {
    return speech;
  }

  /**
   * What a request to a channel with these headers is answered at once; empty when its body is
   * worth reading. May be called from any thread.
   */
  public Future<Optional<HookAnswer>> turnedAway(
      String channel, String accountId, UnaryOperator<String> headers) {
    return there(() -> Future.succeededFuture(hooks.turnedAway(channel, accountId, headers)));
  }

  /** A request of a channel's, on whichever instance it came. May be called from any thread. */
  public Future<HookAnswer> hook(String channel, String accountId, HookRequest request) {
    return there(() -> hooks.hook(channel, accountId, request));
  }

  /** Whether there is a channel of that id, set up or not. May be called from any thread. */
  public boolean knows(String channel) {
    return accounts.knows(channel);
  }

  /**
   * Whether somebody may still have things done, by the id of a {@link ChannelPerson}'s credential.
   * May be called from any thread.
   */
  public Future<Boolean> stands(String credentialId) {
    return there(() -> people.stands(credentialId));
  }

  /** Channels that are configured, by their ids. May be called from any thread. */
  public Future<List<String>> configured() {
    return there(
        () ->
            Future.succeededFuture(accounts.channels().stream().map(ChannelProvider::id).toList()));
  }

  /** The payload of {@code channels.status}; may be called from any thread. */
  public Future<ObjectNode> status(long probeMs) {
    return there(() -> status.of(probeMs));
  }

  /** The payload of {@code channels.logout}. */
  Future<JsonText> logout(Caller by, String channel, @Nullable String accountId) {
    return logout.of(by, channel, accountId);
  }

  ChannelAccounts accounts() {
    return accounts;
  }

  OutboxStore waiting() {
    return waiting;
  }

  SenderStore senders() {
    return senders;
  }

  Outbox outbox() {
    return outbox;
  }

  /** Does something on this service's context, and answers on the caller's. */
  <T> Future<T> there(Supplier<Future<T>> work) {
    Context caller = Vertx.currentContext();
    if (context.equals(caller)) {
      return attempt(work);
    }
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        now ->
            attempt(work)
                .onComplete(
                    done -> {
                      if (caller == null) {
                        promise.handle(done);
                      } else {
                        caller.runOnContext(back -> promise.handle(done));
                      }
                    }));
    return promise.future();
  }

  private static <T> Future<T> attempt(Supplier<Future<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }
}
