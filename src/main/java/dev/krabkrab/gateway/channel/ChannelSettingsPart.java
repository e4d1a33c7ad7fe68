package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.settings.SettingsPart;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The part of the gateway document that all channels share: who answers whom, and where approvals
 * are sent.
 */
public final class ChannelSettingsPart implements SettingsPart {
  /** Words that stand where a channel may be named. */
  private static final List<String> WORDS = List.of("last", "none", "*");

  private final List<ChannelProvider> providers;

  /** With the channels of the class path. */
  public ChannelSettingsPart() {
    this(
        ServiceLoader.load(ChannelProvider.class, ChannelSettingsPart.class.getClassLoader())
            .stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  ChannelSettingsPart(List<ChannelProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  @Override
  public String folder() {
    return "channel";
  }

  /** A channel of another jar checks its settings itself, when it is made. */
  @Override
  public void complete(ObjectNode schema) {
    ObjectNode channels = (ObjectNode) schema.at("/properties/channels");
    for (ChannelProvider provider : providers) {
      ObjectNode known = channels.withObjectProperty("properties");
      if (!known.has(provider.id())) {
        known.putObject(provider.id()).put("type", "object").put("additionalProperties", true);
      }
    }
  }

  @Override
  public Map<String, Reference> references(JsonNode document) {
    List<String> all = providers.stream().map(ChannelProvider::id).toList();
    return Map.of(
        "channel",
        name -> {
          if (WORDS.contains(name) || document.path("channels").path(name).isObject()) {
            return all.contains(name) || WORDS.contains(name) ? "" : unknown(name, all);
          }
          return all.contains(name)
              ? "names the channel \"" + name + "\", which is not set up in channels"
              : unknown(name, all);
        });
  }

  private static String unknown(String name, List<String> all) {
    return "names the channel \""
        + name
        + "\", which there is none of; there is "
        + String.join(", ", all);
  }

  @Override
  public void warn(JsonNode document, ArrayNode warnings) {
    for (ChannelProvider provider : providers) {
      if (document.path("channels").path(provider.id()) instanceof ObjectNode settings) {
        ChannelAccounts.accounts(settings)
            .forEach(
                (name, account) ->
                    missing(
                        provider,
                        new ChannelAccount(provider.id(), name, account, false),
                        warnings));
      }
    }
    accounts(document.path("bindings"), "bindings", "match", document, warnings);
    accounts(
        document.at("/approvals/exec/targets"), "approvals.exec.targets", "", document, warnings);
  }

  private static void missing(
      ChannelProvider provider, ChannelAccount account, ArrayNode warnings) {
    for (String name : account.enabled() ? provider.required() : List.<String>of()) {
      if (account.text(name) == null) {
        warnings
            .addObject()
            .put("path", account.where() + "." + name)
            .put("message", "is not set: the channel cannot be used without it");
      }
    }
  }

  /** Looks at the accounts that the entries of a list name. */
  private static void accounts(
      JsonNode list, String path, String inside, JsonNode document, ArrayNode warnings) {
    int index = 0;
    for (JsonNode entry : list) {
      JsonNode naming = inside.isEmpty() ? entry : entry.path(inside);
      String at = path + "." + index++ + (inside.isEmpty() ? "" : "." + inside) + ".accountId";
      String account = naming.path("accountId").asText("").strip();
      boolean any = account.isEmpty() || account.equals("*");
      if (!any
          && document.path("channels").path(naming.path("channel").asText())
              instanceof ObjectNode channel
          && !ChannelAccounts.accounts(channel).containsKey(account)) {
        warnings
            .addObject()
            .put("path", at)
            .put("message", "names the account \"" + account + "\", which the channel has none of");
      }
    }
  }
}
