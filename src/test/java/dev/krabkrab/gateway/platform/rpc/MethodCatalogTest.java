package dev.krabkrab.gateway.platform.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.schema.Schemas;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MethodCatalogTest {
  /** Methods that read their parameters loosely. Protocol 01a §3.3. */
  private static final Set<String> LOOSE =
      Set.of(
          "health",
          "status",
          "usage.status",
          "usage.cost",
          "tts.status",
          "tts.providers",
          "tts.enable",
          "tts.disable",
          "tts.convert",
          "tts.setProvider",
          "voicewake.get",
          "voicewake.set",
          "last-heartbeat",
          "set-heartbeats",
          "system-presence",
          "system-event",
          "browser.request",
          "connect",
          "plugin.approval.list",
          "openclaw.approval.list",
          "chat.metadata",
          "commands.list");

  /** Protocol 01d §8.3, in wire order. */
  private static final List<String> LISTED =
      Arrays.asList(
          """
          health logs.tail channels.status channels.logout status usage.status usage.cost
          tts.status tts.providers tts.enable tts.disable tts.convert tts.setProvider
          config.get config.set config.apply config.patch config.schema
          exec.approvals.get exec.approvals.set exec.approvals.node.get exec.approvals.node.set
          exec.approval.request exec.approval.resolve
          wizard.start wizard.next wizard.cancel wizard.status
          talk.mode models.list agents.list skills.status skills.bins skills.install skills.update
          update.run voicewake.get voicewake.set
          sessions.list sessions.preview sessions.patch sessions.reset sessions.delete
          sessions.compact last-heartbeat set-heartbeats wake
          node.pair.request node.pair.list node.pair.approve node.pair.reject node.pair.verify
          device.pair.list device.pair.approve device.pair.reject device.token.rotate
          device.token.revoke node.rename node.list node.describe node.invoke node.invoke.result
          node.event cron.list cron.status cron.add cron.update cron.remove cron.run cron.runs
          system-presence system-event send agent agent.identity.get agent.wait browser.request
          chat.history chat.abort chat.send
          """
              .strip()
              .split("\\s+"));

  @Test
  void listsTheEightyMethodsInWireOrder() {
    List<String> listed =
        MethodCatalog.all()
            .filter(MethodSpec::listed)
            .map(MethodSpec::name)
            .filter(LISTED::contains)
            .toList();
    assertThat(listed).hasSize(80).containsExactlyElementsOf(LISTED);
  }

  @Test
  void everyMethodHasASchemaOrIsKnownToReadLoosely() {
    Schemas schemas = Schemas.load();
    Set<String> without = new TreeSet<>();
    MethodCatalog.all()
        .map(MethodSpec::name)
        .filter(name -> !schemas.has(name) && !LOOSE.contains(name))
        .filter(name -> !EmptyAnswers.names().contains(name))
        .forEach(without::add);
    assertThat(without).isEmpty();
  }

  @Test
  void fiveMethodsNeedAnIdempotencyKey() {
    assertThat(MethodCatalog.all().filter(MethodSpec::idempotent).map(MethodSpec::name))
        .containsExactlyInAnyOrder("agent", "send", "poll", "chat.send", "node.invoke");
  }

  @Test
  void namesOfJavaObjectsAreNoMethods() {
    assertThat(MethodCatalog.find("constructor")).isNull();
    assertThat(MethodCatalog.find("__proto__")).isNull();
  }
}
