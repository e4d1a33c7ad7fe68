package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Variables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts that the gateway document sets, and what speaks for them here. For one context. */
final class ChannelAccounts {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelAccounts.class);

  private final List<ChannelProvider> providers;
  private final ChannelHttp net;
  private final Supplier<ObjectNode> document;
  private final Variables variables;
  private final Map<String, Held> held = new LinkedHashMap<>();

  /**
   * @param document as it is now
   * @param variables that settings may name
   */
  ChannelAccounts(
      List<ChannelProvider> providers,
      ChannelHttp net,
      Supplier<ObjectNode> document,
      Variables variables) {
    this.providers = List.copyOf(providers);
    this.net = net;
    this.document = document;
    this.variables = variables;
  }

  /**
   * An account.
   *
   * @param raw its settings as they stand in the document
   * @param connector null when it is off or not set properly
   * @param problem what is not set properly, or null
   */
  record Held(
      ChannelProvider provider,
      ChannelAccount account,
      ObjectNode raw,
      @Nullable ChannelConnector connector,
      @Nullable String problem) {

    private boolean isOf(ObjectNode settings, boolean sharesSecret) {
      return raw.equals(settings) && account.sharesSecret() == sharesSecret;
    }

    /** What speaks for it; fails when nothing does. */
    ChannelConnector speaker() {
      if (connector == null) {
        throw new IllegalStateException(
            problem == null ? account.where() + " is switched off" : problem);
      }
      return connector;
    }
  }

  /** Whether there is a channel of that id; from any thread. */
  boolean knows(String channel) {
    return providers.stream().anyMatch(provider -> provider.id().equals(channel));
  }

  /** Channels that the document sets, in the order in which providers are known. */
  List<ChannelProvider> channels() {
    JsonNode all = document.get().path("channels");
    return providers.stream().filter(provider -> all.path(provider.id()).isObject()).toList();
  }

  Optional<ChannelProvider> channel(String id) {
    return channels().stream().filter(provider -> provider.id().equals(id)).findFirst();
  }

  List<Held> all() {
    return List.copyOf(held.values());
  }

  List<Held> of(String channel) {
    return held.values().stream().filter(one -> one.account().channel().equals(channel)).toList();
  }

  /** An account by its name, else the usual one of the channel. */
  Optional<Held> find(String channel, @Nullable String accountId) {
    String id = accountId == null || accountId.isBlank() ? usual(channel) : accountId.strip();
    return Optional.ofNullable(held.get(channel + ":" + id));
  }

  /** The account that is meant where none is named: {@code default}, else the first. */
  String usual(String channel) {
    List<String> ids = of(channel).stream().map(one -> one.account().accountId()).toList();
    return ids.isEmpty() || ids.contains(ChannelAccount.DEFAULT)
        ? ChannelAccount.DEFAULT
        : ids.getFirst();
  }

  /**
   * Makes what is new or changed.
   *
   * @param leaving notified of each account before what speaks for it is closed
   */
  void refresh(Consumer<Held> leaving) {
    Map<String, Held> now = new LinkedHashMap<>();
    for (ChannelProvider provider : channels()) {
      ObjectNode settings = (ObjectNode) document.get().path("channels").path(provider.id());
      Map<String, ObjectNode> accounts = accounts(settings);
      for (Map.Entry<String, ObjectNode> entry : accounts.entrySet()) {
        String name = provider.id() + ":" + entry.getKey();
        boolean shares = shares(provider, entry.getKey(), accounts);
        Held before = held.get(name);
        now.put(
            name,
            before != null && before.isOf(entry.getValue(), shares)
                ? before
                : make(provider, entry.getKey(), entry.getValue(), shares));
      }
    }
    List<Held> gone = held.values().stream().filter(one -> !now.containsValue(one)).toList();
    held.clear();
    held.putAll(now);
    for (Held one : gone) {
      leaving.accept(one);
      if (one.connector() != null) {
        one.connector().close();
      }
    }
  }

  /** The accounts of a channel by name, each with what it shares with the others. */
  static Map<String, ObjectNode> accounts(ObjectNode settings) {
    ObjectNode common = settings.deepCopy();
    common.remove("accounts");
    Map<String, ObjectNode> all = new LinkedHashMap<>();
    settings
        .path("accounts")
        .properties()
        .forEach(
            entry -> {
              ObjectNode own = common.deepCopy();
              if (entry.getValue() instanceof ObjectNode more) {
                own.setAll(more);
              }
              all.put(entry.getKey(), own);
            });
    if (all.isEmpty()) {
      all.put(ChannelAccount.DEFAULT, common);
    }
    return all;
  }

  /** By what the secrets are, however they are written: one may stand behind two variables. */
  private boolean shares(
      ChannelProvider provider, String accountId, Map<String, ObjectNode> accounts) {
    for (String name : provider.secrets()) {
      String own = secret(accounts.get(accountId), name);
      boolean shared =
          accounts.entrySet().stream()
              .filter(other -> !other.getKey().equals(accountId))
              .anyMatch(other -> own != null && own.equals(secret(other.getValue(), name)));
      if (shared) {
        return true;
      }
    }
    return false;
  }

  private @Nullable String secret(@Nullable ObjectNode settings, String name) {
    String text = Json.nonBlank(settings, name);
    try {
      return text == null ? null : variables.fill(name, text).strip();
    } catch (IllegalArgumentException notSet) {
      return null;
    }
  }

  private Held make(ChannelProvider provider, String accountId, ObjectNode raw, boolean shares) {
    ChannelAccount bare = new ChannelAccount(provider.id(), accountId, raw, shares);
    if (!bare.enabled()) {
      return new Held(provider, bare, raw, null, null);
    }
    try {
      ChannelAccount account =
          new ChannelAccount(
              provider.id(), accountId, (ObjectNode) filled(bare.where(), raw.deepCopy()), shares);
      SenderRules.of(account, provider.dmPolicy());
      return new Held(provider, account, raw, provider.connect(account, net), null);
    } catch (IllegalArgumentException e) {
      LOG.warn("channel account {} is not used: {}", bare, e.getMessage());
      return new Held(provider, bare, raw, null, e.getMessage());
    }
  }

  private JsonNode filled(String where, JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> object.set(name, filled(where + "." + name, object.get(name))));
      return object;
    }
    return node.isTextual() ? TextNode.valueOf(variables.fill(where, node.textValue())) : node;
  }

  /** What the gateway document says now. */
  JsonNode document() {
    return document.get();
  }

  /** Whether an account's secret comes from the document or the environment, for people. */
  static String source(Held one, String secret) {
    String text = Json.nonBlank(one.raw(), secret);
    return text == null ? "none" : text.contains("${") ? "env" : "config";
  }
}
