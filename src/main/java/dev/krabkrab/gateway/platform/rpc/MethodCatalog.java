package dev.krabkrab.gateway.platform.rpc;

import static dev.krabkrab.gateway.platform.rpc.Access.ADMIN;
import static dev.krabkrab.gateway.platform.rpc.Access.APPROVALS;
import static dev.krabkrab.gateway.platform.rpc.Access.NODE;
import static dev.krabkrab.gateway.platform.rpc.Access.PAIRING;
import static dev.krabkrab.gateway.platform.rpc.Access.READ;
import static dev.krabkrab.gateway.platform.rpc.Access.WRITE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every method of the protocol, in the order clients see it. Protocol 01d §8.3, then what protocol
 * 4 adds (05 §12–16), then what only this gateway has and does not list for clients.
 */
public final class MethodCatalog {
  /** Names with their access; a star marks those never listed, an exclamation mark idempotent. */
  private static final List<Group> GROUPS =
      List.of(
          group(READ, "health", "logs.tail", "channels.status"),
          group(ADMIN, "channels.logout"),
          group(READ, "status", "usage.status", "usage.cost", "tts.status", "tts.providers"),
          group(WRITE, "tts.enable", "tts.disable", "tts.convert", "tts.setProvider"),
          group(ADMIN, "config.get", "config.set", "config.apply", "config.patch", "config.schema"),
          group(ADMIN, "exec.approvals.get", "exec.approvals.set"),
          group(ADMIN, "exec.approvals.node.get", "exec.approvals.node.set"),
          group(APPROVALS, "exec.approval.request", "exec.approval.resolve"),
          group(ADMIN, "wizard.start", "wizard.next", "wizard.cancel", "wizard.status"),
          group(WRITE, "talk.mode"),
          group(READ, "models.list", "agents.list", "skills.status"),
          group(NODE, "skills.bins"),
          group(ADMIN, "skills.install", "skills.update", "update.run"),
          group(READ, "voicewake.get"),
          group(WRITE, "voicewake.set"),
          group(READ, "sessions.list", "sessions.preview"),
          group(ADMIN, "sessions.patch", "sessions.reset", "sessions.delete", "sessions.compact"),
          group(READ, "last-heartbeat"),
          group(ADMIN, "set-heartbeats"),
          group(WRITE, "wake"),
          group(PAIRING, "node.pair.request", "node.pair.list", "node.pair.approve"),
          group(PAIRING, "node.pair.reject", "node.pair.verify"),
          group(PAIRING, "device.pair.list", "device.pair.approve", "device.pair.reject"),
          group(PAIRING, "device.token.rotate", "device.token.revoke", "node.rename"),
          group(READ, "node.list", "node.describe"),
          group(WRITE, "node.invoke!"),
          group(NODE, "node.invoke.result", "node.event"),
          group(READ, "cron.list", "cron.status"),
          group(ADMIN, "cron.add", "cron.update", "cron.remove", "cron.run"),
          group(READ, "cron.runs", "system-presence"),
          group(ADMIN, "system-event"),
          group(WRITE, "send!", "agent!"),
          group(READ, "agent.identity.get"),
          group(WRITE, "agent.wait", "browser.request"),
          group(READ, "chat.history"),
          group(WRITE, "chat.abort", "chat.send!"),
          group(ADMIN, "connect*", "chat.inject*", "sessions.resolve*", "poll*!"),
          group(ADMIN, "web.login.start*", "web.login.wait*"),
          group(APPROVALS, "exec.approval.get", "exec.approval.list", "exec.approval.waitDecision"),
          group(APPROVALS, "exec.approval.grants.list", "exec.approval.grants.revoke"),
          group(APPROVALS, "exec.approval.rulePreview"),
          group(APPROVALS, "plugin.approval.list", "openclaw.approval.list"),
          group(APPROVALS, "approval.get", "approval.resolve", "approval.history"),
          group(PAIRING, "device.pair.remove", "device.pair.rename", "node.pair.remove"),
          group(READ, "chat.startup", "chat.metadata", "commands.list", "models.authStatus"),
          group(READ, "sessions.subscribe", "sessions.describe"),
          group(READ, "sessions.messages.subscribe", "sessions.messages.unsubscribe"),
          group(READ, "question.list*", "taskSuggestions.list*", "tasks.list*"),
          group(READ, "sessions.observer.visibility*", "sessions.branches.list*"),
          group(READ, "sessions.companion.state*", "progressCard.get*", "plugins.list*"),
          group(READ, "themes.list*", "skills.search*", "skills.library.list*", "talk.catalog*"),
          group(ADMIN, "update.status*"),
          group(NODE, "node.skills.update", "node.pluginTools.update"),
          group(NODE, "node.runnerInventory.update"),
          group(ADMIN, "audit.list*"),
          group(READ, "sessions.export*", "cluster.status*"),
          group(APPROVALS, "approval.view*"),
          group(PAIRING, "device.bootstrap.create*"),
          group(PAIRING, "channels.pairing.list*"),
          // Whoever is let in may have agents do what the owner may.
          group(ADMIN, "channels.pairing.approve*"),
          group(PAIRING, "channels.pairing.dismiss*"));

  private static final Map<String, MethodSpec> BY_NAME = index();

  private record Group(Access access, List<String> names) {}

  private MethodCatalog() {}

  private static Group group(Access access, String... names) {
    return new Group(access, List.of(names));
  }

  private static MethodSpec spec(int index, Access access, String marked) {
    String name = marked.replace("*", "").replace("!", "");
    return new MethodSpec(name, index, access, !marked.contains("*"), marked.contains("!"));
  }

  private static Map<String, MethodSpec> index() {
    Map<String, MethodSpec> specs = new LinkedHashMap<>();
    for (Group group : GROUPS) {
      for (String marked : group.names()) {
        MethodSpec spec = spec(specs.size(), group.access(), marked);
        specs.put(spec.name(), spec);
      }
    }
    return specs;
  }

  /** Returns the method of that wire name, or null when there is none. */
  public static @Nullable MethodSpec find(String name) {
    return BY_NAME.get(name);
  }

  /** How many there are. */
  public static int size() {
    return BY_NAME.size();
  }

  /** All methods in protocol order. */
  public static Stream<MethodSpec> all() {
    return BY_NAME.values().stream();
  }
}
