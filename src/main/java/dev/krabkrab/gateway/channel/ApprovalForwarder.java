package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.channel.OutboundMessage.Button;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends approvals to people in channels, with buttons to decide them, and notifies them of each
 * outcome. Every instance offers; Redis takes the first, so that each is sent once whoever dies.
 * For the channels' context. Protocol 02 §5, E17.
 */
public final class ApprovalForwarder {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalForwarder.class);

  /** How long after its expiry an approval is remembered, in milliseconds. */
  private static final long REMEMBER_MS = 3_600_000L;

  private static final Set<String> WITH_TARGETS = Set.of("targets", "both");

  private static final Map<String, String> LABELS =
      Map.of("allow-once", "Allow once", "allow-always", "Always allow", "deny", "Deny");

  private static final Map<String, String> DECIDED =
      Map.of("allow-once", "allowed once", "allow-always", "allowed always", "deny", "denied");

  private final ChannelService channels;
  private final ConversationService conversations;

  public ApprovalForwarder(ChannelService channels, ConversationService conversations) {
    this.channels = channels;
    this.conversations = conversations;
  }

  /**
   * Forwards a new approval.
   *
   * @param createdAtMs with the id it names one use of that id
   * @param request as approvers see it
   */
  public void requested(String id, long createdAtMs, long expiresInMs, JsonNode request) {
    JsonNode rules = channels.accounts().document().at("/approvals/exec");
    // A chat is no device: it is not among those that a request names to decide it.
    boolean forDevices = !request.path("approvalReviewerDeviceIds").isEmpty();
    if (!rules.path("enabled").asBoolean() || forDevices || !concerns(rules, request)) {
      return;
    }
    ways(rules, request)
        .compose(
            ways -> {
              Map<String, Delivery> deliveries = new LinkedHashMap<>();
              String text = question(id, expiresInMs, request);
              for (DeliveryContext way : ways) {
                Delivery delivery = Delivery.notice(way, text).with(buttons(id, request));
                deliveries.put(delivery.target(), delivery);
              }
              return deliveries.isEmpty()
                  ? Future.succeededFuture(0L)
                  : channels
                      .waiting()
                      .ask(
                          name(id, createdAtMs),
                          expiresInMs + REMEMBER_MS,
                          "⏱️ Exec approval expired. ID: " + SafeText.line(id),
                          expiresInMs,
                          deliveries);
            })
        .onSuccess(this::poke)
        .onFailure(e -> LOG.warn("approval {} is not forwarded: {}", id, e.getMessage()));
  }

  /** Notifies the chats of a decision. */
  public void resolved(
      String id,
      long createdAtMs,
      String decision,
      @Nullable String resolvedBy,
      @Nullable String reason) {
    if (!channels.accounts().document().at("/approvals/exec/enabled").asBoolean()) {
      return;
    }
    String heading =
        "✅ Exec approval "
            + DECIDED.getOrDefault(decision, SafeText.line(decision))
            + ". Resolved by "
            + (resolvedBy == null ? "unknown" : SafeText.line(resolvedBy))
            + ". ID: "
            + SafeText.line(id);
    channels
        .waiting()
        .answer(name(id, createdAtMs), ChatNotice.of(heading).line("Reason", reason).toString())
        .onSuccess(this::poke)
        .onFailure(e -> LOG.warn("the end of approval {} is not told: {}", id, e.getMessage()));
  }

  private void poke(long taken) {
    if (taken > 0) {
      channels.outbox().look();
    }
  }

  private static String name(String id, long createdAtMs) {
    return createdAtMs + " " + id;
  }

  private boolean concerns(JsonNode rules, JsonNode request) {
    String session = Json.nonBlank(request, "sessionKey");
    String named = Json.nonBlank(request, "agentId");
    String agent =
        named != null
            ? SessionRules.agentId(named)
            : session == null ? null : conversations.rules().agentOfKey(session);
    JsonNode agents = rules.path("agentFilter");
    if (!agents.isEmpty() && (agent == null || !lists(agents, agent))) {
      return false;
    }
    JsonNode sessions = rules.path("sessionFilter");
    return sessions.isEmpty() || (session != null && matches(sessions, session));
  }

  private static boolean lists(JsonNode texts, String text) {
    for (JsonNode one : texts) {
      if (one.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(JsonNode filters, String session) {
    for (JsonNode filter : filters) {
      String text = filter.asText();
      if (session.contains(text)) {
        return true;
      }
      try {
        if (Pattern.compile(text).matcher(session).find()) {
          return true;
        }
      } catch (PatternSyntaxException e) {
        LOG.debug("approvals.exec.sessionFilter: {}", e.getMessage());
      }
    }
    return false;
  }

  private Future<List<DeliveryContext>> ways(JsonNode rules, JsonNode request) {
    String mode = rules.path("mode").asText("session");
    List<DeliveryContext> ways = new ArrayList<>();
    if (WITH_TARGETS.contains(mode)) {
      for (JsonNode target : rules.path("targets")) {
        add(ways, DeliveryContext.of(target));
      }
    }
    String session = Json.nonBlank(request, "sessionKey");
    if (session == null || mode.equals("targets")) {
      return Future.succeededFuture(ways);
    }
    return conversations
        .find(conversations.canonical(session))
        .map(
            known -> {
              Optional.ofNullable(known.map(Conversation::last).orElse(null))
                  .ifPresent(last -> add(ways, last));
              return ways;
            });
  }

  private void add(List<DeliveryContext> ways, DeliveryContext way) {
    try {
      DeliveryContext normal = channels.normal(way);
      if (!ways.contains(normal)) {
        ways.add(normal);
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      LOG.warn("approvals.exec: nothing is forwarded to {}: {}", way.channel(), e.getMessage());
    }
  }

  /** Nothing of the request can look like a line of ours; the command comes last. */
  static String question(String id, long expiresInMs, JsonNode request) {
    return ChatNotice.of("🔒 Exec approval required")
        .line("ID", id)
        .line("Runs", words(request))
        .line("Variables", variables(request))
        .line("Asked by", who(request.path("requestedBy")))
        .line("CWD", Json.nonBlank(request, "cwd"))
        .line("Host", Json.nonBlank(request, "host"))
        .line("Node", node(request))
        .line("Agent", Json.nonBlank(request, "agentId"))
        .line("Security", Json.nonBlank(request, "security"))
        .line("Ask", Json.nonBlank(request, "ask"))
        .line("Expires in", Math.max(0, Math.round(expiresInMs / 1_000.0)) + "s")
        .line(ApproveCommand.takes(id) ? "Reply with" : "Decide", reply(id, request))
        .block("Command", request.path("command").asText())
        .toString();
  }

  private static String reply(String id, JsonNode request) {
    return ApproveCommand.takes(id)
        ? "/approve " + id + " " + choices(request)
        : "in a client or on the command line; this id cannot be written in a chat";
  }

  /** The decisions that are offered: {@code allow-always} only where a rule comes of it. */
  private static String choices(JsonNode request) {
    List<String> offered = new ArrayList<>();
    request.path("allowedDecisions").forEach(one -> offered.add(one.asText()));
    return offered.isEmpty() ? "allow-once|deny" : String.join("|", offered);
  }

  /** As JSON, so that words are kept apart. */
  private static String words(JsonNode request) {
    JsonNode argv = request.path("commandArgv");
    return argv.isEmpty() ? "words not named: a shell of the machine reads it" : Json.text(argv);
  }

  private static @Nullable String variables(JsonNode request) {
    JsonNode names = request.path("envKeys");
    return names.isEmpty() ? null : Json.text(names);
  }

  private static @Nullable String node(JsonNode request) {
    String id = Json.nonBlank(request, "nodeId");
    String name = Json.nonBlank(request, "nodeName");
    if (id == null) {
      boolean first = request.path("nodeBinding").asText().equals("first-use");
      return first ? "not named: the first one that runs it" : null;
    }
    return name == null || name.equals(id) ? id : name + " (" + id + ")";
  }

  private static @Nullable String who(JsonNode asker) {
    String label = Json.nonBlank(asker, "label");
    String user = Json.nonBlank(asker, "user");
    return label == null || user == null ? label : label + " (" + user + ")";
  }

  private static List<Button> buttons(String id, JsonNode request) {
    List<Button> buttons = new ArrayList<>();
    if (!ApproveCommand.takes(id)) {
      return buttons;
    }
    for (JsonNode allowed : request.path("allowedDecisions")) {
      String decision = allowed.asText();
      String label = LABELS.get(decision);
      if (label != null) {
        buttons.add(new Button(label, ApproveCommand.button(id, decision)));
      }
    }
    return buttons;
  }
}
