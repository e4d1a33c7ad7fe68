package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.agent.agents.AgentCatalog;
import dev.krabkrab.gateway.agent.media.MediaService;
import dev.krabkrab.gateway.agent.media.PdfService;
import dev.krabkrab.gateway.agent.tools.FetchService;
import dev.krabkrab.gateway.channel.ChannelService;
import dev.krabkrab.gateway.channel.HookAnswer;
import dev.krabkrab.gateway.channel.HookRequest;
import dev.krabkrab.gateway.platform.Platform;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Builds what answers HTTP requests beside the sockets: the APIs, hooks, channels, files, probes.
 *
 * @param console serves the pages for browsers, from any thread
 * @param accepting whether this instance takes new clients
 */
public record HttpEndpoints(
    Platform platform,
    AgentServices work,
    ChannelService channels,
    MediaService media,
    PdfService pdfs,
    HttpAudit trail,
    Handler<RoutingContext> console,
    BooleanSupplier accepting) {

  /**
   * For one event loop.
   *
   * @param guard who gets in
   */
  public Handler<HttpServerRequest> open(Vertx own, HttpGuard guard) {
    OpenRequests open = new OpenRequests(own, guard, platform.clock());
    platform.document().onChange(changed -> open.look());
    HttpAuthentication access = new HttpAuthentication(guard, open, trail);
    return new ClientRoutes(
            new Hooks(
                access,
                () -> HookRules.of(platform.content()),
                work,
                work,
                new HookRoutes(work, channels),
                platform.clock()),
            console,
            api(own, access),
            new ChannelHttp(channelHooks()),
            new MediaHttp(media),
            new PlainHttp(accepting))
        .open(own);
  }

  private ApiHttp api(Vertx own, HttpAuthentication access) {
    Supplier<AgentCatalog> agents = platform.section(AgentCatalog::of);
    return new ApiHttp(
        access,
        () -> HttpSwitches.of(platform.content()),
        () -> agents.get().agents().stream().map(AgentCatalog.Agent::id).toList(),
        work,
        new InputFiles(FetchService.create(own, platform.egress(), platform::content), pdfs),
        platform.clock());
  }

  private ChannelHttp.Hooks channelHooks() {
    return new ChannelHttp.Hooks() {
      @Override
      public Future<Optional<HookAnswer>> turnedAway(
          String channel, String accountId, UnaryOperator<String> headers) {
        return channels.turnedAway(channel, accountId, headers);
      }

      @Override
      public Future<HookAnswer> hook(String channel, String accountId, HookRequest request) {
        return channels.hook(channel, accountId, request);
      }
    };
  }
}
