package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.node.NodeHost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node gets in: by its own token once it has one, before that by the shared secret or by a
 * token that admits one new device. Protocol 02 §14.
 */
final class NodeEntrance implements NodeLoop.Entrance {
  private static final String ROLE = "node";

  private final CliContext context;
  private final ClientSettings any;
  private final Session session;
  private final @Nullable String bootstrap;

  /**
   * @param any settings of one of the instances
   * @param bootstrap a token for the first time, or null
   */
  NodeEntrance(
      CliContext context, ClientSettings any, Session session, @Nullable String bootstrap) {
    this.context = context;
    this.any = any;
    this.session = session;
    this.bootstrap = bootstrap;
  }

  /** What the node says of itself when it connects. */
  static Session session(String displayName, NodeHost host, String path) {
    ObjectNode declared = Json.object();
    host.commands().forEach(declared.withArrayProperty("commands")::add);
    declared.putObject("permissions");
    declared.put("pathEnv", path);
    return new Session(
        List.of(),
        List.of("system"),
        new Session.Part(new Session.Client("node-host", ROLE), ROLE, displayName, declared));
  }

  @Override
  public GatewayClient connect(ClientSettings to) {
    return new Connector(isFirst() ? withBootstrap(to) : to, context).connect(session);
  }

  private boolean isFirst() {
    return bootstrap != null
        && new DeviceTokens(any.stateDir(), device().deviceId()).find(ROLE).isEmpty();
  }

  private ClientSettings withBootstrap(ClientSettings to) {
    return new ClientSettings(
        to.uri(), bootstrap, null, true, to.pin(), to.timeout(), to.stateDir());
  }

  @Override
  public DeviceIdentity device() {
    return DeviceIdentity.loadOrCreate(any.stateDir(), context.nowMs());
  }
}
