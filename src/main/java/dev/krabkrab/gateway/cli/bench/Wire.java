package dev.krabkrab.gateway.cli.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a run, all on one event loop: the state of a workload needs no locks, and the
 * processor time of one thread says how near the generator is to its own limit.
 */
final class Wire implements AutoCloseable {
  private static final int LONGEST_MESSAGE = 64 << 20;
  private static final int CONNECT_TIMEOUT_MS = 30_000;

  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final LongSupplier clock;
  private final Frame frame = new Frame();

  Wire(LongSupplier clock) {
    this.clock = clock;
    this.group =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("bench").factory(),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.loop = group.next();
  }

  EventLoop loop() {
    return loop;
  }

  /** Connects and shakes hands; on the event loop. */
  Link connect(Endpoint endpoint, Caller caller) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(channelType())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .handler(new ChannelInboundHandlerAdapter());
    // Registration happens here and now, on this thread.
    Channel channel = bootstrap.register().channel();
    Link link = new Link(channel, frame, caller, endpoint, clock);
    handle(channel.pipeline(), endpoint, link);
    channel
        .connect(new InetSocketAddress(host(endpoint), endpoint.port()))
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                link.gone(connected.cause());
                channel.close();
              }
            });
    return link;
  }

  private static String host(Endpoint endpoint) {
    return endpoint.uri().getHost().replaceAll("[\\[\\]]", "");
  }

  private static Class<? extends SocketChannel> channelType() {
    return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  private void handle(ChannelPipeline pipeline, Endpoint endpoint, Link link) {
    if (endpoint.isTls()) {
      pipeline.addLast(tls(endpoint));
    }
    // What the answers of one read bring about leaves in one write.
    pipeline.addLast(new FlushConsolidationHandler());
    pipeline.addLast(new HttpClientCodec(), new HttpObjectAggregator(65_536));
    pipeline.addLast(new WebSocketClientProtocolHandler(webSocket(endpoint.uri())));
    pipeline.addLast(new WebSocketFrameAggregator(LONGEST_MESSAGE), new Receiver(link, frame));
  }

  private static WebSocketClientProtocolConfig webSocket(URI uri) {
    return WebSocketClientProtocolConfig.newBuilder()
        .webSocketUri(uri)
        .version(WebSocketVersion.V13)
        .maxFramePayloadLength(LONGEST_MESSAGE)
        .handleCloseFrames(false)
        .generateOriginHeader(false)
        .handshakeTimeoutMillis(CONNECT_TIMEOUT_MS)
        .build();
  }

  private static SslHandler tls(Endpoint endpoint) {
    SSLContext own = endpoint.tls();
    SSLEngine engine =
        (own == null ? usual() : own).createSSLEngine(host(endpoint), endpoint.port());
    engine.setUseClientMode(true);
    if (own == null) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
    }
    return new SslHandler(engine);
  }

  private static SSLContext usual() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Receiver extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final Link link;
    private final Frame frame;
    private @Nullable Throwable failure;

    Receiver(Link link, Frame frame) {
      this.link = link;
      this.frame = frame;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame received) {
      if (received instanceof TextWebSocketFrame text) {
        ByteBuf content = text.content();
        frame.read(content);
        link.received(frame);
      } else if (received instanceof CloseWebSocketFrame close) {
        link.closing(Math.max(0, close.statusCode()));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      link.gone(failure);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      failure = cause;
      context.close();
    }
  }
}
