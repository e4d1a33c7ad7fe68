package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of sessions in the gateway document. Protocol 04 §3.
 *
 * @param defaultAgent the agent of keys that name none: the one of {@code agents.list} marked
 *     {@code default}, else the first, else {@code main}
 * @param agents ids of all that are set up, in their one form; the default one is among them
 * @param mainKey {@code session.mainKey}; default {@code main}
 * @param global {@code session.scope} is {@code global}: everybody shares one main session
 * @param model what sessions run on that name no model
 * @param allowedModels the models of {@code agents.defaults.models}; none means all
 * @param contextTokens {@code agents.defaults.contextTokens}
 * @param daily sessions begin anew once a day: {@code session.reset.mode} is {@code daily}, as it
 *     is by default
 * @param resetHour {@code session.reset.atHour}, in local time; default 4
 * @param idleMinutes {@code session.reset.idleMinutes}: sessions begin anew after so long a
 *     silence; 0 when they do not
 */
public record SessionRules(
    String defaultAgent,
    Set<String> agents,
    String mainKey,
    boolean global,
    ModelName model,
    Set<String> allowedModels,
    int contextTokens,
    boolean daily,
    int resetHour,
    int idleMinutes) {
  static final String GLOBAL = "global";
  static final String UNKNOWN = "unknown";
  private static final String MAIN = "main";
  private static final int LONGEST_KEY = 512;
  private static final int CONTEXT_TOKENS = 200_000;
  private static final int LONGEST_AGENT = 64;
  private static final int RESET_HOUR = 4;
  private static final int IDLE_MINUTES = 60;
  private static final Pattern AGENT_KEY = Pattern.compile("agent:([^:]+):(.+)");
  private static final String AGENT = "agent:";
  private static final Pattern NAMES_AN_AGENT = Pattern.compile("agent:[^:]*[A-Za-z0-9][^:]*:.+");
  private static final Pattern NOT_OF_AN_AGENT = Pattern.compile("[^a-z0-9_-]+");

  /**
   * A model by its provider.
   *
   * @param provider such as {@code openai}
   */
  public record ModelName(String provider, String id) {
    /** What answers where nothing else is configured. */
    public static final ModelName BUILT_IN = new ModelName("krabkrab", "echo");

    /** Reads {@code provider/id}, or an id of the given provider. */
    public static ModelName of(String text, String provider) {
      int slash = text.indexOf('/');
      return slash <= 0
          ? new ModelName(provider, text)
          : new ModelName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
      return provider + "/" + id;
    }
  }

  public SessionRules {
    agents = Set.copyOf(agents);
    allowedModels = Set.copyOf(allowedModels);
  }

  /** Reads the gateway document. */
  public static SessionRules of(JsonNode document) {
    JsonNode defaults = document.at("/agents/defaults");
    JsonNode model = defaults.path("model");
    String primary = model.isTextual() ? model.textValue() : model.path("primary").asText("");
    String mainKey = Json.nonBlank(document.path("session"), "mainKey");
    Set<String> allowed = new TreeSet<>();
    defaults.path("models").fieldNames().forEachRemaining(allowed::add);
    int tokens = defaults.path("contextTokens").asInt(CONTEXT_TOKENS);
    JsonNode reset = document.at("/session/reset");
    boolean idle = reset.path("mode").asText().equals("idle");
    JsonNode list = document.at("/agents/list");
    Set<String> agents = new TreeSet<>();
    list.forEach(agent -> agents.add(agentId(agent.path("id").asText())));
    agents.add(defaultAgent(list));
    return new SessionRules(
        defaultAgent(list),
        agents,
        mainKey == null ? MAIN : mainKey,
        document.at("/session/scope").asText().equals(GLOBAL),
        primary.isBlank()
            ? ModelName.BUILT_IN
            : ModelName.of(primary.strip(), ModelName.BUILT_IN.provider()),
        allowed,
        tokens > 0 ? tokens : CONTEXT_TOKENS,
        reset.path("mode").asText("daily").equals("daily"),
        Math.clamp(reset.path("atHour").asInt(RESET_HOUR), 0, 23),
        idle ? Math.max(1, reset.path("idleMinutes").asInt(IDLE_MINUTES)) : 0);
  }

  private static String defaultAgent(JsonNode agents) {
    String first = null;
    for (JsonNode agent : agents) {
      String id = Json.nonBlank(agent, "id");
      if (id != null && agent.path("default").asBoolean()) {
        return agentId(id);
      }
      first = first == null ? id : first;
    }
    return first == null ? MAIN : agentId(first);
  }

  /** The session that everything belongs to which names no other. */
  public String mainSession() {
    return global ? GLOBAL : "agent:" + defaultAgent + ":" + mainKey;
  }

  /** The one form of a key that storage, lanes and events know; empty for a blank one. */
  public String canonical(String key) {
    String given = key.strip();
    if (given.isEmpty() || given.equals(GLOBAL) || given.equals(UNKNOWN)) {
      return given;
    }
    if (isMain(given)) {
      return mainSession();
    }
    Matcher ofAgent = AGENT_KEY.matcher(given);
    if (!ofAgent.matches()) {
      return "agent:" + defaultAgent + ":" + given;
    }
    String rest = ofAgent.group(2);
    if (isMain(rest)) {
      return global ? GLOBAL : "agent:" + agentId(ofAgent.group(1)) + ":" + mainKey;
    }
    return "agent:" + agentId(ofAgent.group(1)) + ":" + rest;
  }

  /**
   * The same of a key that is to be used.
   *
   * @throws GatewayError when it is empty, too long, has characters that no name has, or tries to
   *     name an agent and does not
   */
  public String usable(String given) {
    String key = canonical(given);
    if (key.isEmpty()) {
      throw GatewayError.invalid("key required");
    }
    if (key.length() > LONGEST_KEY) {
      throw GatewayError.invalid("key too long (max " + LONGEST_KEY + ")");
    }
    if (key.chars().anyMatch(Character::isISOControl)) {
      throw GatewayError.invalid("key must not have line breaks or other control characters");
    }
    String asked = given.strip();
    boolean namesAgent = asked.regionMatches(true, 0, AGENT, 0, AGENT.length());
    if (namesAgent && !NAMES_AN_AGENT.matcher(asked).matches()) {
      // Made to fit it would be the default agent's.
      throw GatewayError.invalid("key that begins with \"agent:\" must be agent:<agent id>:<name>");
    }
    return key;
  }

  /**
   * The same of a key whose session is to be made or changed.
   *
   * @throws GatewayError also for one of an agent that is not set up
   */
  String ofAgent(String given) {
    String key = usable(given);
    refuseUnknown(agentOfKey(key));
    return key;
  }

  /**
   * Does nothing for an agent that is set up.
   *
   * @throws GatewayError for every other, naming it
   */
  void refuseUnknown(@Nullable String agentId) {
    if (agentId != null && !knows(agentId)) {
      throw GatewayError.invalid(unknown(agentId));
    }
  }

  /** Whether an agent is set up, by its id in its one form. */
  public boolean knows(String agentId) {
    return agents.contains(agentId);
  }

  /** What is said to whoever asks for an agent that is not set up. */
  public static String unknown(String agentId) {
    return "unknown agent id \"" + agentId + "\"; see agents.list of the gateway document";
  }

  private boolean isMain(String rest) {
    return rest.equals(MAIN) || rest.equals(mainKey);
  }

  /** The agent that a key belongs to; the default one where the key names none. */
  public String agentOfKey(String key) {
    String named = agentOf(canonical(key));
    return named == null ? defaultAgent : named;
  }

  /** The agent of a canonical key, or null for one of no agent. */
  static @Nullable String agentOf(String canonicalKey) {
    Matcher ofAgent = AGENT_KEY.matcher(canonicalKey);
    return ofAgent.matches() ? ofAgent.group(1) : null;
  }

  /** An agent's id in its one form. */
  public static String agentId(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    String clean = NOT_OF_AN_AGENT.matcher(lower).replaceAll("-").replaceAll("^[-_]+|-+$", "");
    String cut = clean.substring(0, Math.min(clean.length(), LONGEST_AGENT));
    return cut.isEmpty() ? MAIN : cut;
  }

  /** {@code sessionDefaults} of hello-ok. Protocol 04 §3.2. */
  public ObjectNode toJson() {
    return Json.object()
        .put("defaultAgentId", defaultAgent)
        .put("mainKey", mainKey)
        .put("mainSessionKey", mainSession())
        .put("scope", global ? GLOBAL : "per-sender");
  }

  /** Whether a session may run on that model. */
  boolean allows(ModelName name) {
    return allowedModels.isEmpty() || allowedModels.contains(name.toString());
  }
}
