package dev.krabkrab.gateway.platform.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The transport of the machine, with a gate before each listening port: what it turns away costs
 * neither an event loop nor a pipeline. Safe from any thread.
 */
public final class GuardedTransport implements io.vertx.core.spi.transport.Transport {
  /** What one socket may send is read in portions, between which others get their turn. */
  private static final int FIRST_READ = 2 * 1024;

  private static final int LARGEST_READ = 16 * 1024;
  private static final int READS_IN_TURN = 4;

  private final io.vertx.core.spi.transport.Transport machine;
  private final Map<Integer, SocketGate> gates = new ConcurrentHashMap<>();

  private GuardedTransport(io.vertx.core.spi.transport.Transport machine) {
    this.machine = machine;
  }

  /** Over the native transport where there is one. */
  public static Transport best() {
    Transport named = Transport.nativeTransport();
    boolean usable = named != null && named.available();
    return new Named(usable ? named : Transport.NIO);
  }

  /** Sets a gate before a port of a Vert.x that was made with this transport. */
  static void guard(Vertx vertx, int port, SocketGate gate) {
    if (((VertxInternal) vertx).transport() instanceof GuardedTransport guarded) {
      guarded.gates.put(port, gate);
    }
  }

  private static final class Named implements Transport {
    private final Transport under;
    private final GuardedTransport guarded;

    Named(Transport under) {
      this.under = under;
      this.guarded = new GuardedTransport(under.implementation());
    }

    @Override
    public String name() {
      return under.name();
    }

    @Override
    public boolean available() {
      return under.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
      return under.unavailabilityCause();
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
      return guarded;
    }
  }

  /** Sees each socket of one port before an event loop does. */
  private final class Door extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      Channel socket = (Channel) accepted;
      SocketAddress here = context.channel().localAddress();
      SocketGate gate = here instanceof InetSocketAddress ip ? gates.get(ip.getPort()) : null;
      if (gate == null || gate.admit(socket)) {
        context.fireChannelRead(accepted);
      } else {
        socket.unsafe().closeForcibly();
      }
    }
  }

  @Override
  @SuppressWarnings("deprecation") // There is no other way to say how much a socket reads at once.
  public void configure(TcpConfig options, boolean domainSocket, ServerBootstrap bootstrap) {
    machine.configure(options, domainSocket, bootstrap);
    bootstrap.handler(new Door());
    bootstrap.childOption(
        ChannelOption.RCVBUF_ALLOCATOR,
        new AdaptiveRecvByteBufAllocator(64, FIRST_READ, LARGEST_READ)
            .maxMessagesPerRead(READS_IN_TURN));
  }

  @Override
  public void configure(TcpConfig options, boolean domainSocket, Bootstrap bootstrap) {
    machine.configure(options, domainSocket, bootstrap);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    machine.configure(channel, options);
  }

  @Override
  public boolean supportsDomainSockets() {
    return machine.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return machine.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return machine.isAvailable();
  }

  @Override
  public @Nullable Throwable unavailabilityCause() {
    return machine.unavailabilityCause();
  }

  @Override
  public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    return machine.convert(address);
  }

  @Override
  public io.vertx.core.net.@Nullable SocketAddress convert(SocketAddress address) {
    return machine.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return machine.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(
      int type, int threads, ThreadFactory threadFactory, int ioRatio) {
    return machine.eventLoopGroup(type, threads, threadFactory, ioRatio);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return machine.datagramChannelFactory();
  }

  @Override
  @SuppressWarnings("deprecation") // The interface asks for it.
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return machine.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return machine.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return machine.serverChannelFactory(domainSocket);
  }
}
