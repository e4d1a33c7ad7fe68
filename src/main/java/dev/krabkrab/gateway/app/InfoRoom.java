package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.browser.BrowserMethods;
import dev.krabkrab.gateway.browser.BrowserService;
import dev.krabkrab.gateway.browser.BrowserSettings;
import dev.krabkrab.gateway.media.MediaService;
import dev.krabkrab.gateway.nodes.NodeAskService;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.settings.DocumentChanges;
import dev.krabkrab.gateway.settings.UpdateMethods;
import dev.krabkrab.gateway.skills.SkillMethods;
import dev.krabkrab.gateway.skills.SkillService;
import dev.krabkrab.gateway.usage.UsageMethods;
import dev.krabkrab.gateway.usage.UsageService;
import dev.krabkrab.gateway.voice.SpeechMethods;
import dev.krabkrab.gateway.voice.SpeechService;
import dev.krabkrab.gateway.voice.SpeechSettings;
import dev.krabkrab.gateway.wizard.WizardMethods;
import dev.krabkrab.gateway.wizard.WizardService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What tells about the gateway and sets it up: usage, channels, speech, skills, onboarding. All of
 * it is asked seldom, so it shares one loop and one connection.
 *
 * @param media kept files, for the other rooms and for HTTP
 * @param usage counts what models are used for
 * @param skills what agents are told how to do
 */
record InfoRoom(MediaService media, UsageService usage, SkillService skills) {

  /** What {@link #open} needs besides the core. */
  record Settings(DocumentChanges changes, BooleanSupplier valid) {}

  static Future<InfoRoom> open(
      Vertx own, Core core, MethodBus bus, Settings settings, String version) {
    RedisLink link = RedisLink.create(own, core.redis());
    Supplier<JsonNode> document = () -> core.document().document().parsed();
    MediaService media = new MediaService(link, core.ids());
    UsageService usage =
        new UsageService(
            link, document, () -> core.settings().sessions().defaultAgent(), core.clock());
    bus.serve(new UsageMethods(usage).handlers());
    bus.serve(
        new SpeechMethods(
                new SpeechService(own, link, media, () -> SpeechSettings.of(document.get())))
            .handlers());
    bus.serve(new UpdateMethods(version, core.clock()).handlers());
    SkillService skills =
        new SkillService(
            own,
            core.plan().settings().skillsDir(),
            document,
            () -> core.settings().skillsBins(),
            settings.changes(),
            System.getenv());
    bus.serve(new SkillMethods(skills).handlers());
    bus.serve(
        new WizardMethods(new WizardService(link, settings.changes(), core.ids(), core.clock()))
            .handlers());
    return link.ready().map(new InfoRoom(media, usage, skills));
  }

  /** Browsers of nodes, on the context of the nodes. */
  void serveBrowsers(Core core, MethodBus bus, NodeService nodes) {
    BrowserService browsers =
        new BrowserService(
            new NodeAskService(nodes),
            media,
            () -> BrowserSettings.of(core.document().document().parsed()),
            core.ids());
    bus.serve(new BrowserMethods(browsers).handlers());
  }
}
