package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.media.MediaFile;
import dev.krabkrab.gateway.agent.media.MediaService;
import dev.krabkrab.gateway.agent.skills.SkillService;
import dev.krabkrab.gateway.control.approvals.ApprovalService;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The tools that the gateway gives its agents. */
public final class ToolService {
  /** How long people find what nodes recorded. */
  private static final long FILES_MS = 3_600_000;

  private ToolService() {}

  /**
   * Makes them on the calling context.
   *
   * @param link of that context; keeps what nodes recorded
   * @param rights what those who ask may still have done
   * @param messenger carries what agents say to other sessions
   */
  public static List<AgentTool> all(
      Vertx own,
      Platform platform,
      RedisLink link,
      AuthorityService rights,
      SessionSendTool.Post messenger,
      SkillService skills) {
    AgentCaller hands = new AgentCaller(platform.calls(), platform.clock(), rights);
    Supplier<ObjectNode> document = platform::content;
    MediaService media = new MediaService(link, platform.ids());
    List<GatewayTool> all = new ArrayList<>(CallTool.all(hands));
    all.add(new ExecTool(hands, document, platform.ids(), ApprovalService::isRuleCandidate));
    all.addAll(
        NodeTool.all(
            hands,
            platform.ids(),
            (format, content) ->
                media.keep(
                    new MediaFile(mediaType(format), Buffer.buffer(content)), format, FILES_MS)));
    all.add(new SessionSendTool(messenger, document));
    all.add(new CronAddTool(hands));
    all.add(HttpFetchTool.create(own, platform.egress(), document, platform.ids()));
    all.add(new SkillTool(skills));
    return ToolRights.guarded(all, rights);
  }

  private static String mediaType(String format) {
    return switch (format) {
      case "mp4" -> "video/mp4";
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      default -> "application/octet-stream";
    };
  }
}
