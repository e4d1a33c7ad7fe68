package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.channel.InboundMessage.ChatKind;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what people write: once each, from whom the account's rules let in, into the conversation
 * it belongs to. The answer goes out when its run is over, from wherever that was. For one context.
 */
final class MessageInbox {
  private static final Logger LOG = LoggerFactory.getLogger(MessageInbox.class);
  private static final int MOST_CHARACTERS = 20_000;

  private final ChannelStore store;
  private final MovedChats moved;
  private final SenderStore senders;
  private final OutboxStore waiting;
  private final ChannelAccounts accounts;
  private final Replier replier;
  private final Supplier<ChannelCommands> asks;
  private final AccountActivity activity;

  /** Takes on what is to be said. */
  @FunctionalInterface
  interface Replier {
    /** Once for each id. */
    Future<Void> reply(String id, DeliveryContext way, String text);
  }

  /**
   * @param asks what may be requested
   */
  MessageInbox(
      ChannelStores stores,
      ChannelAccounts accounts,
      Replier replier,
      Supplier<ChannelCommands> asks,
      AccountActivity activity) {
    this.store = stores.accounts();
    this.moved = new MovedChats(store);
    this.senders = stores.senders();
    this.waiting = stores.waiting();
    this.accounts = accounts;
    this.replier = replier;
    this.asks = asks;
    this.activity = activity;
  }

  /** Where messages of an account go. */
  ChannelConnector.Inbox of(Held held) {
    return new ChannelConnector.Inbox() {
      @Override
      public Future<Void> take(InboundMessage message) {
        return MessageInbox.this.take(held, message);
      }

      @Override
      public Future<Void> moved(String from, String to) {
        return moved.note(held.account(), from, to);
      }
    };
  }

  private Future<Void> take(Held held, InboundMessage message) {
    ChannelAccount account = held.account();
    Future<InboundMessage> known = moved.known(account, message);
    return Future.all(store.isTaken(account, message.id()), known)
        .compose(
            found ->
                found.<Boolean>resultAt(0)
                    ? Future.succeededFuture()
                    : judge(held, known.result())
                        .compose(judged -> store.take(account, message.id()))
                        .onSuccess(noted -> note(account)));
  }

  private void note(ChannelAccount account) {
    activity.count(account.channel(), ChannelMetrics.Outcome.RECEIVED);
    activity.note(account, Map.of("lastInboundAt", activity.now()));
  }

  private Future<Void> judge(Held held, InboundMessage message) {
    ChannelAccount account = held.account();
    SenderRules rules = SenderRules.of(account, held.provider().dmPolicy());
    ApproveCommand command = ApproveCommand.of(message.text());
    if (command != null && rules.mayDecide(message)) {
      return decide(account, message, command);
    }
    return senders
        .isAdmitted(account, message.senderId())
        .compose(
            admitted ->
                switch (rules.judge(message, admitted)) {
                  case WELCOME ->
                      command == null
                          ? act(held, message, admitted || rules.isTrusted(message.senderId()))
                          : replier.reply(
                              id(account, message, "approve"),
                              way(account, message),
                              "❌ You are not authorized to decide approvals.");
                  case STRANGER -> knock(account, message);
                  case IGNORED -> {
                    LOG.debug("{}: a message is ignored", account);
                    yield Future.succeededFuture();
                  }
                });
  }

  private Future<Void> knock(ChannelAccount account, InboundMessage message) {
    return senders
        .knock(account, message.senderId(), message.senderName(), message.id())
        .compose(
            code ->
                code.isEmpty()
                    ? Future.succeededFuture()
                    : replier.reply(
                        id(account, message, "knock"),
                        way(account, message),
                        "This gateway does not know you yet.\nYour id: "
                            + SafeText.line(message.senderId())
                            + "\nPairing code: "
                            + code.get()
                            + "\n"
                            + "Ask its operator to let you in with:\n"
                            + "krabkrab channels pairing approve "
                            + account.channel()
                            + " "
                            + code.get()));
  }

  private Future<Void> act(Held held, InboundMessage message, boolean known) {
    Future<Void> regretted =
        message.said().missing().isEmpty()
            ? Future.succeededFuture()
            : regret(held.account(), message);
    return message.said().isEmpty()
        ? regretted
        : regretted.compose(told -> ask(held, message, known));
  }

  /** Nobody sends something and hears nothing; who sends many such things is not told each time. */
  private Future<Void> regret(ChannelAccount account, InboundMessage message) {
    return store
        .mayRegret(account, message.chat() + ":" + message.senderId())
        .compose(
            may ->
                may
                    ? replier.reply(
                        id(account, message, "missing"),
                        way(account, message),
                        message.said().regret())
                    : Future.succeededFuture());
  }

  private Future<Void> ask(Held held, InboundMessage message, boolean known) {
    ChannelCommands can = asks.get();
    return session(held, message, known)
        .compose(
            session ->
                can.ask(
                    id(held.account(), message, "run"),
                    session,
                    words(message, can),
                    message.said().images(),
                    known ? ChannelPerson.of(held.account(), message.senderId()) : null,
                    way(held.account(), message)))
        .recover(failed -> refused(held.account(), message, failed));
  }

  private static String words(InboundMessage message, ChannelCommands can) {
    String text = message.text().strip();
    boolean alone = message.kind() == ChatKind.DIRECT;
    if (alone ? can.isCommand(text) : text.startsWith("/")) {
      return bounded(text);
    }
    return message
        .said()
        .forAgent(bounded(alone ? text : SafeText.line(message.senderName()) + ": " + text));
  }

  private static String bounded(String text) {
    return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
  }

  /** A chat that has moved goes on with the conversation it had, unless it began another one. */
  private Future<String> session(Held held, InboundMessage message, boolean known) {
    String now = session(held, message, known, asks.get());
    String before = session(held, message.atFirst(), known, asks.get());
    return now.equals(before)
        ? Future.succeededFuture(now)
        : asks.get().isKnown(now).map(there -> there ? now : before);
  }

  private String session(Held held, InboundMessage message, boolean known, ChannelCommands can) {
    return can.canonical(
        Routing.session(accounts.document(), held.provider(), held.account(), message, known, can));
  }

  /** A lasting failure is reported to the sender. */
  private Future<Void> refused(ChannelAccount account, InboundMessage message, Throwable cause) {
    if (!(cause instanceof GatewayError known) || Boolean.TRUE.equals(known.shape().retryable())) {
      return Future.failedFuture(cause);
    }
    ErrorShape why = known.shape();
    return replier.reply(
        id(account, message, "refused"),
        way(account, message),
        "⚠️ " + SafeText.line(why.message()));
  }

  private Future<Void> decide(
      ChannelAccount account, InboundMessage message, ApproveCommand command) {
    String reply = id(account, message, "approve");
    DeliveryContext way = way(account, message);
    String id = command.id();
    if (id == null) {
      return replier.reply(reply, way, ApproveCommand.USAGE);
    }
    String user = user(account, message);
    String by = "Chat approval (" + user + ")";
    return ApprovalChats.wasPutTo(waiting, accounts.document(), account, message, id)
        .compose(
            put ->
                put
                    ? asks.get().decide(by, user, id, command.decision(), command.reason())
                    : Future.failedFuture(
                        GatewayError.invalid("this approval was not put to this chat")))
        .compose(
            done ->
                replier.reply(
                    reply,
                    way,
                    "✅ Exec approval "
                        + command.decision()
                        + " submitted for "
                        + SafeText.line(id)
                        + "."))
        .recover(
            failed ->
                failed instanceof GatewayError known
                        && !Boolean.TRUE.equals(known.shape().retryable())
                    ? replier.reply(
                        reply,
                        way,
                        "❌ Failed to submit approval: " + SafeText.line(known.shape().message()))
                    : Future.failedFuture(failed));
  }

  /** A person, as those who decide and those who ask are compared. */
  private static String user(ChannelAccount account, InboundMessage message) {
    return ChannelPerson.of(account, message.senderId()).user();
  }

  private static DeliveryContext way(ChannelAccount account, InboundMessage message) {
    return new DeliveryContext(
        account.channel(), message.chat(), account.accountId(), message.thread());
  }

  /** The same for the same message, on every instance. */
  private static String id(ChannelAccount account, InboundMessage message, String what) {
    String name = what + " " + account + " " + message.id();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
