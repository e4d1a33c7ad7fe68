package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.agents.AgentCatalog;
import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.channels.HookAnswer;
import dev.krabkrab.gateway.channels.HookRequest;
import dev.krabkrab.gateway.http.ApiHttp;
import dev.krabkrab.gateway.http.ChannelHttp;
import dev.krabkrab.gateway.http.HookRules;
import dev.krabkrab.gateway.http.Hooks;
import dev.krabkrab.gateway.http.HttpGuard;
import dev.krabkrab.gateway.http.HttpTrail;
import dev.krabkrab.gateway.http.MediaHttp;
import dev.krabkrab.gateway.http.OpenVisits;
import dev.krabkrab.gateway.http.PlainHttp;
import dev.krabkrab.gateway.http.ProtocolHttp;
import dev.krabkrab.gateway.media.MediaService;
import dev.krabkrab.gateway.media.PdfService;
import dev.krabkrab.gateway.tools.FetchService;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Builds what answers HTTP requests beside the sockets: the APIs, hooks, channels, files, probes.
 *
 * @param accepting whether this instance takes new clients
 */
record HttpRoom(
    Core core,
    AgentWork work,
    ChannelService channels,
    MediaService media,
    PdfService pdfs,
    HttpTrail trail,
    BooleanSupplier accepting) {

  static HttpRoom of(Vertx vertx, Core core, WorkerRooms.Opened rooms, BooleanSupplier accepting) {
    return new HttpRoom(
        core,
        rooms.work(),
        rooms.channels(),
        rooms.info().media(),
        PdfService.create(vertx),
        new HttpTrail(rooms.audit(), rooms.refusals()),
        accepting);
  }

  /**
   * For one event loop.
   *
   * @param access who gets in
   */
  Handler<HttpServerRequest> open(Vertx own, HttpGuard access) {
    OpenVisits visits = new OpenVisits(own, access, core.clock());
    core.document().onChange(changed -> visits.look());
    ApiHttp api =
        new ApiHttp(
            access,
            visits,
            trail,
            () -> HttpSwitches.of(core.document().document().parsed()),
            () -> core.settings().agents().agents().stream().map(AgentCatalog.Agent::id).toList(),
            work,
            FetchService.create(own, () -> core.document().document().parsed()),
            pdfs,
            core.clock(),
            new ChannelHttp(
                channelHooks(),
                new MediaHttp(media, new ProtocolHttp(own, new PlainHttp(accepting)))));
    return new Hooks(
        access,
        () -> HookRules.of(core.document().document().parsed()),
        work,
        work,
        new HookWays(work, channels),
        trail,
        core.clock(),
        api);
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
